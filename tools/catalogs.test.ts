import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SECRET_PAGE_TEXTS } from '../apps/supervisor/src/features/jobs/secret-page-texts.ts';
import { PAGE_TEXTS } from '../apps/supervisor/src/features/pending/page-texts.ts';

const sources = join(import.meta.dirname, '../apps/web/src');
const ENTRY = /^(?:msgctxt "(.*)"\n)?msgid ((?:".*"\n)+)msgstr ((?:".*"\n?)+)/gm;

/** The texts of one catalog: English with its context, and Spanish. */
function entriesOf(catalog: string): [english: string, spanish: string][] {
  const textOf = (lines = '') => [...lines.matchAll(/^"(.*)"$/gm)].map(([, text]) => text).join('');
  return [...catalog.matchAll(ENTRY)]
    .map(([, context, english, spanish]): [string, string] => [
      [context ?? [], textOf(english)].flat().join(': '),
      textOf(spanish),
    ])
    .filter(([english]) => english !== '');
}

/** What means another thing in the app: who is to fill in, several that ended. */
const OTHER_IN_APP = new Set(['Filled in by', 'Ended']);

/** Texts of a page that the supervisor makes: each under its name, with `{0}`, `{1}` for its values. */
function textsIn(table: object, before = ''): [name: string, text: string][] {
  return Object.entries(table).flatMap(([key, text]: [string, unknown]): [string, string][] => {
    if (typeof text === 'function')
      return [[before + key, (text as (...values: string[]) => string)('{0}', '{1}')]];
    if (typeof text === 'object' && text !== null) return textsIn(text, `${before}${key}.`);
    return [[before + key, String(text)]];
  });
}

const read = (file: string) => readFileSync(join(sources, file), 'utf8');
const catalogsOfApp = () =>
  globSync('**/locales/es.po', { cwd: sources }).map((file) => [file, entriesOf(read(file))] as const);

// the page puts all catalogs together: of two translations, the one that loads last would be shown everywhere
test('a text is the same in Spanish wherever it stands', () => {
  const translations = new Map<string, Map<string, string>>();
  const catalogs = catalogsOfApp();
  const sentences = '../../../packages/contract/src/sentences/es.json';
  const ofServer = Object.entries(JSON.parse(read(sentences)) as Record<string, string>);
  for (const [file, entries] of [...catalogs, [sentences, ofServer] as const])
    for (const [english, spanish] of entries)
      translations.getOrInsertComputed(english, () => new Map()).set(spanish, file);

  expect(translations.size).toBeGreaterThan(1000);
  const several = [...translations].filter(([, all]) => all.size > 1);
  expect(several.map(([english, all]) => [english, Object.fromEntries(all)])).toEqual([]);
});

test.each([
  ['the link of an approval', PAGE_TEXTS],
  ['a secret key', SECRET_PAGE_TEXTS],
])(
  'the page behind %s has each text in Spanish, and what the app says too as the app says it',
  (_, pages) => {
    const spanish = new Map(textsIn(pages.es));
    const english = textsIn(pages.en);
    const ofApp = Map.groupBy(
      catalogsOfApp().flatMap(([, entries]) => entries),
      ([text]) => text,
    );

    expect(english.length).toBeGreaterThan(10);
    expect([...spanish.keys()]).toEqual(english.map(([name]) => name));
    expect(english.filter(([name, text]) => spanish.get(name) === text)).toEqual([]);
    const asInApp = english.filter(([, text]) => ofApp.has(text) && !OTHER_IN_APP.has(text));
    expect(asInApp.length).toBeGreaterThan(5);
    for (const [name, text] of asInApp)
      expect([text, ofApp.get(text)?.map(([, said]) => said)]).toEqual([
        text,
        expect.arrayContaining([spanish.get(name)]),
      ]);
  },
);
