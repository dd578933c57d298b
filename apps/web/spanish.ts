import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { createCompiledCatalog, getCatalogs } from '@lingui/cli/api';
import { getConfig } from '@lingui/conf';
import type { Plugin, Rolldown } from 'vite';
import { idsOf } from './texts.ts';

const src = join(import.meta.dirname, 'src/');
const start = join(src, 'app/start.tsx');
const main = join(src, 'main.tsx');
const language = join(src, 'ui/language.ts');
/** What knows all Spanish as it is developed, and, built, the first of it and where the rest is. */
const catalog = join(src, 'ui/spanish.ts');
/** Who imports this says sentences of the server. */
const said = join(src, 'api/sentences/said.ts');

/** `import('./x.tsx')` of a module of ours. */
const LAZY = /\bimport\(\s*'(\.{1,2}\/[^']+\.tsx?)'\s*\)/g;
/** A place in a module that is filled in when it is known which module says what. */
const place = (name: string) => `%TEXTS OF ${name}%`;
const PLACE = /(["'`])%TEXTS OF ([^"'`]+)%\1/g;
const SAYING = '%WHO SAYS SENTENCES%';

/**
 * Splits the Spanish of the page as its code is split: what is seen first is in `ui/spanish.ts`, and whatever is loaded later
 * waits for the texts of its own. Each `import('./x.tsx')` of ours becomes `spoken('x', () => import('./x.tsx'))`
 * (`ui/language.ts`). English pays the names.
 */
export function spanish(): Plugin {
  /** The modules that are loaded later, by name. */
  let later = new Map<string, string>();
  let messages: Record<string, string> = {};

  return {
    name: 'spanish',
    apply: 'build',
    enforce: 'pre',
    async buildStart() {
      later = new Map(lazyModules().map((id) => [nameOf(id), id]));
      messages = await translations();
    },
    resolveId: (id) => (textsName(id) === undefined ? undefined : id),
    load(id) {
      const name = textsName(id);
      if (name !== undefined) return `export const messages = '${place(name)}';`;
      if (id !== catalog) return undefined;
      const loaders = [...later].map(([known, module]) => `'${known}': () => import('${textsOf(module)}')`);
      return `export const first = '${place(nameOf(start))}';
        export const saying = '${SAYING}';
        export const later = {${loaders.join()}};`;
    },
    transform: {
      filter: { id: /\.tsx?$/, code: LAZY },
      handler(code, id) {
        if (!id.startsWith(src) || isOfItself(id)) return undefined;
        const wrapped = code.replaceAll(
          LAZY,
          (found, path: string) => `spokenLater('${nameOf(join(dirname(id), path))}', () => ${found})`,
        );
        return { code: `import { spoken as spokenLater } from '${language}';${wrapped}`, map: null };
      },
    },
    buildEnd(error) {
      if (error) return;
      const first = modulesOf(this, start);
      for (const id of first)
        if (this.getModuleInfo(id)?.importedIds.includes(said))
          this.error(`${id} is loaded first, before the sentences of the server: take them from useSaid`);
      const reached = new Set(later.values());
      for (const id of this.getModuleIds())
        for (const loaded of this.getModuleInfo(id)?.dynamicallyImportedIds ?? [])
          if (idsOf.has(loaded) && !reached.has(loaded) && loaded !== start)
            this.error(`${loaded} is loaded by ${id} without its Spanish: write import('./…') of a file`);
    },
    renderChunk(code) {
      const first = modulesOf(this, start, modulesOf(this, main));
      const newIn = (module: string) =>
        module === start ? [...first] : [...modulesOf(this, module)].filter((id) => !first.has(id));
      const says = (module: string) =>
        newIn(module).some((id) => this.getModuleInfo(id)?.importedIds.includes(said));

      const filled = code
        .replace(PLACE, (_, _quote, name: string) => {
          const module = later.get(name) ?? start;
          const ids = new Set(newIn(module).flatMap((id) => [...(idsOf.get(id) ?? [])]));
          return `JSON.parse(${JSON.stringify(compiled(messages, ids))})`;
        })
        .replace(new RegExp(`(["'\`])${SAYING}\\1`), () =>
          JSON.stringify([...later].filter(([, module]) => says(module)).map(([name]) => name)),
        );
      return filled === code ? null : { code: filled, map: null };
    },
  };
}

/** The modules of ours that are loaded with one. */
function modulesOf(graph: Rolldown.PluginContext, id: string, seen = new Set<string>()): Set<string> {
  if (seen.has(id) || !id.startsWith(src)) return seen;
  seen.add(id);
  for (const imported of graph.getModuleInfo(id)?.importedIds ?? []) modulesOf(graph, imported, seen);
  return seen;
}

/** Loads what must be there before anything can be said. */
const isOfItself = (id: string) => id === main || id === language || id.startsWith(dirname(said));

/** As it stands in what is loaded: `jobs/job-page`. */
const nameOf = (id: string) => relative(src, id).replace(/^features\/|\.tsx?$/g, '');

/** A module that only the build has, and what its texts are of. */
const textsOf = (id: string) => id.replace(/\.tsx?$/, '-es.texts');
const textsName = (id: string) =>
  id.startsWith(src) && id.endsWith('-es.texts') ? nameOf(id).slice(0, -'-es.texts'.length) : undefined;

/** What modules of ours load later, from their sources. */
function lazyModules(): string[] {
  const files = globSync('**/*.{ts,tsx}', { cwd: src, exclude: ['**/*.test.*'] }).toSorted();
  const found = files
    .map((file) => join(src, file))
    .filter((id) => !isOfItself(id))
    .flatMap((id) =>
      [...readFileSync(id, 'utf8').matchAll(LAZY)].map(([, path = '']) => join(dirname(id), path)),
    );
  return [...new Set(found)];
}

/** All Spanish of the page, by the ids of the messages. */
async function translations(): Promise<Record<string, string>> {
  const config = getConfig({ cwd: import.meta.dirname });
  const all = await Promise.all(
    (await getCatalogs(config)).map((one) =>
      one.getTranslations('es', {
        fallbackLocales: config.fallbackLocales,
        sourceLocale: config.sourceLocale,
        missingBehavior: 'catalog',
      }),
    ),
  );
  return Object.assign({}, ...all.map((one) => one.messages)) as Record<string, string>;
}

/** Some messages as the page takes them, as JSON. */
function compiled(messages: Readonly<Record<string, string>>, ids: ReadonlySet<string>): string {
  const some = Object.fromEntries([...ids].toSorted().map((id) => [id, messages[id] ?? missing(id)]));
  const { source, errors } = createCompiledCatalog('es', some, { namespace: 'json' });
  if (errors.length > 0) throw new Error(`Spanish that cannot be compiled: ${JSON.stringify(errors)}`);
  return JSON.stringify((JSON.parse(source) as { messages: unknown }).messages);
}

function missing(id: string): never {
  throw new Error(`no Spanish for message ${id}: npm run texts`);
}
