import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

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

// the page puts all catalogs together: of two translations, the one that loads last would be shown everywhere
test('a text is the same in Spanish wherever it stands', () => {
  const translations = new Map<string, Map<string, string>>();
  const read = (file: string) => readFileSync(join(sources, file), 'utf8');
  const catalogs = globSync('**/locales/es.po', { cwd: sources }).map(
    (file) => [file, entriesOf(read(file))] as const,
  );
  const sentences = 'api/sentences/es.json';
  const ofServer = Object.entries(JSON.parse(read(sentences)) as Record<string, string>);
  for (const [file, entries] of [...catalogs, [sentences, ofServer] as const])
    for (const [english, spanish] of entries)
      translations.getOrInsertComputed(english, () => new Map()).set(spanish, file);

  expect(translations.size).toBeGreaterThan(1000);
  const several = [...translations].filter(([, all]) => all.size > 1);
  expect(several.map(([english, all]) => [english, Object.fromEntries(all)])).toEqual([]);
});
