import fc from 'fast-check';
import { expect, test } from 'vitest';
import { languageFor, numberText, timeText } from './language.ts';

test.each([
  [undefined, 'en'],
  ['', 'en'],
  ['es', 'es'],
  ['es-AR', 'es'],
  ['ES-419;q=0.3', 'es'],
  ['es-ES,es;q=0.9,en;q=0.8', 'es'],
  ['en-US,en;q=0.9,es;q=0.8', 'en'],
  ['en;q=0.8, es ; q=0.9', 'es'],
  ['es, en', 'es'],
  ['en, es', 'en'],
  ['de-DE,de;q=0.9,es;q=0.5,en;q=0.4', 'es'],
  ['de, fr', 'en'],
  ['est, esp', 'en'],
  ['*', 'en'],
  ['de, *;q=0.5', 'en'],
  ['en;q=0, *', 'es'],
  ['es;q=0, *', 'en'],
  ['es;q=0', 'en'],
  ['es;q=0, en;q=0', 'en'],
  ['es;q=2', 'en'],
  ['es;q=nonsense, en;q=0.1', 'en'],
  ['es;q=0.1, *;q=0.9', 'en'],
])('for "%s" it is %s', (header, language) => {
  expect(languageFor(header)).toBe(language);
});

test('the higher quality wins, wherever it stands, and among equals what is named first', () => {
  const quality = fc.integer({ min: 1, max: 1000 }).map((value) => value / 1000);
  const others = fc.array(fc.constantFrom('de', 'fr-CH;q=0.9', 'pt-BR;q=0.001', 'zh-Hant-TW'), {
    maxLength: 9,
  });
  const tag = (name: string) => fc.constantFrom(name, name.toUpperCase(), `${name}-GB`, `${name}-419`);
  fc.assert(
    fc.property(
      quality,
      quality,
      tag('en'),
      tag('es'),
      fc.boolean(),
      others,
      (en, es, enTag, esTag, first, more) => {
        const ranges = [`${enTag};q=${en}`, `${esTag};q=${es}`];
        const header = [...more, ...(first ? ranges : ranges.reverse()), ...more].join(', ');
        expect(languageFor(header)).toBe(en === es ? (first ? 'en' : 'es') : en > es ? 'en' : 'es');
      },
    ),
  );
});

test('whatever the header says, and however long it is, it is a language that there is', () => {
  fc.assert(
    fc.property(fc.string(), (header) => {
      expect(['en', 'es']).toContain(languageFor(header));
    }),
  );
  // so long that it would take minutes if twice the length took four times as long
  for (const part of ['es;q=0.', '-', ' ', ',', 'a-', 'es ; q=1 '])
    expect(languageFor(part.repeat(500_000))).toMatch(/^e[ns]$/);
});

test('times are in UTC and say so, as the language writes them', () => {
  const at = '2026-08-05T23:04:09.000Z';
  expect(timeText('en', at)).toBe('5 Aug 2026, 23:04 UTC');
  expect(timeText('es', at)).toBe('5 ago 2026, 23:04 UTC');
  expect(timeText('es', at, { seconds: true })).toBe('5 ago 2026, 23:04:09 UTC');
  expect([numberText('en', 12_345), numberText('es', 12_345)]).toEqual(['12,345', '12.345']);
});
