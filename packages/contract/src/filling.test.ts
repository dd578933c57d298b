import fc from 'fast-check';
import { expect, test } from 'vitest';
import { filled, filledMessage, fillingOf } from './filling.ts';

test('placeholders are values by position and by label, and what a value holds is not read again', () => {
  expect(filled('{0} owes {Amount}, {9} {nobody}', ['{1}', '5'], ['Who', 'Amount'], 'text')).toBe(
    '{1} owes 5, {9} {nobody}',
  );
});

test('a value stays one value: of an address, of a header, of JSON', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (value) => {
      const url = new URL(filled('https://example.org/a?q={0}&r=1', [value], [], 'address'));
      expect([...url.searchParams.keys()]).toEqual(['q', 'r']);
      expect(url.pathname).toBe('/a');
      const json = filled('{"a": "{0}", "b": 1}', [value], [], 'json');
      expect(JSON.parse(json)).toEqual({ a: value, b: 1 });
      expect(filled('x {0}', [value], [], 'line')).not.toMatch(/[\r\n]/);
    }),
  );
});

test.each([
  [{ headers: {}, body: '{"a": 1}' }, 'json'],
  [{ headers: { 'Content-Type': 'application/vnd.api+json' }, body: 'x' }, 'json'],
  [{ headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'a={0}' }, 'address'],
  [{ headers: { 'content-type': 'text/plain' }, body: '{0}' }, 'text'],
  [{ headers: {}, body: 'hello {0}' }, 'text'],
])('a body %j is filled as %s', (request, filling) => expect(fillingOf(request)).toBe(filling));

test('what an argument of that name says stands in for what the task says', () => {
  const message = { subject: '{0} is late', body: 'Dear {Who}', recipients: ['{0}@example.org'] };
  expect(filledMessage(message, ['ada'], ['Who'])).toEqual({
    subject: 'ada is late',
    body: 'Dear ada',
    recipients: ['ada@example.org'],
  });
  expect(filledMessage(message, ['ada', 'ops, ["x"]'], ['Who', 'Recipients']).recipients).toEqual([
    'ops',
    '["x"]',
  ]);
  expect(filledMessage(message, ['["ops", 1, "ada"]', ''], ['recipients', 'Subject'])).toMatchObject({
    subject: '["ops", 1, "ada"] is late',
    recipients: ['ops', 'ada'],
  });
});
