import fc from 'fast-check';
import { expect, test } from 'vitest';
import sentences from './es.json' with { type: 'json' };
import { finder, translator } from './translator.ts';

const find = finder(sentences);
const spanish = translator(sentences);
const known = Object.entries(sentences);

const fill = (pattern: string, values: readonly string[]) =>
  pattern.replaceAll(/\{(\d+)\}/g, (_, index: string) => values[Number(index)] ?? '');
const ownText = (pattern: string) => pattern.replaceAll(/\{\d+\}/g, '').length;

test('a sentence is translated with its values, wherever these stand in the translation', () => {
  const some = translator({
    'is required': 'es obligatorio',
    'must be one of {0}': 'debe ser uno de {0}',
    'bot {0} runs {1} of {2}': 'de {2}, el bot {0} ejecuta {1}',
  });
  expect(some('is required')).toBe('es obligatorio');
  expect(some('must be one of a, b')).toBe('debe ser uno de a, b');
  expect(some('bot luna runs 1 of 2')).toBe('de 2, el bot luna ejecuta 1');
});

test('what names a field, and what is put together of several sentences, is translated part by part', () => {
  expect(spanish('runDate: has passed already')).toBe('runDate: ya pasó');
  expect(spanish('it could not start: task_arguments[0]: is required')).toBe(
    'no pudo iniciarse: task_arguments[0]: es obligatorio',
  );
  expect(spanish('stopped by Ada; still running: 3, 4')).toBe('detenido por Ada; aún en ejecución: 3, 4');
  expect(spanish('It has no bot: choose the bot that runs it, or labels. It has no address to call.')).toBe(
    'No tiene bot: elegir el bot que la ejecuta, o etiquetas. No tiene dirección a la que llamar.',
  );
  expect(
    spanish('all 2 bots are full: bot a runs 1 of 1 job, bot b runs 2 of 2 jobs, and 1 job stands before it'),
  ).toBe(
    'los 2 bots están sin huecos libres: el bot a ejecuta 1 de 1 trabajo, el bot b ejecuta 2 de 2 trabajos, y hay 1 trabajo antes',
  );
  expect(spanish('no bot carries gpu, linux and rack:9; nearest: web-1 lacks rack:9')).toBe(
    'ningún bot lleva gpu, linux y rack:9; el más próximo: a web-1 le falta rack:9',
  );
});

test('a sentence that is unknown stays as it is', () => {
  for (const text of ['', ': ', 'Closed for the holidays; ask Ada.', 'toString', '{0}'.repeat(3)])
    expect(spanish(text)).toBe(text);
});

test('of two patterns that fit, the one with more words of its own is taken, and its values make the text again', () => {
  const text = fc.oneof(fc.string(), fc.constantFrom('. ', '; ', ': ', 'is required', 'must be one of'));
  const patterns = known.filter(([english]) => english.includes('{'));
  expect(patterns.length).toBeGreaterThan(200);
  for (const [pattern] of patterns)
    fc.assert(
      fc.property(fc.array(text, { minLength: 6, maxLength: 6 }), (values) => {
        const given = fill(pattern, values);
        const found = find(given);
        expect(found && fill(found.english, found.values)).toBe(given);
        expect(found?.values.length === 0 || ownText(found?.english ?? '') >= ownText(pattern)).toBe(true);
      }),
      { numRuns: 10 },
    );
});

test('values that say nothing themselves come through as they are', () => {
  const values = ['Ä1', 'Ö2', 'Ü3', 'É4', 'Ñ5', 'Ç6'];
  for (const [english, translation] of known) {
    const found = find(fill(english, values));
    if (found?.english === english) expect(spanish(fill(english, values))).toBe(fill(translation, values));
    // one with more words of its own fits as well
    else expect(ownText(found?.english ?? '')).toBeGreaterThanOrEqual(ownText(english));
  }
});

test('a text of any length and kind is answered', () => {
  const long = 'a: b; c. '.repeat(200);
  for (const text of [long, long.repeat(1_000), `must be ${long}`, 'bot '.repeat(400), '; '.repeat(900)])
    expect(spanish(text).length).toBeGreaterThan(0);
});
