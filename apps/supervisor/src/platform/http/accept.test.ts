import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isForm, prefersHtml } from './accept.ts';

test.each([
  ['text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8', true],
  ['text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.8', true],
  ['text/html', true],
  ['TEXT/HTML;level=1', true],
  ['text/*', true],
  ['text/html;q=0.1', true],
  ['application/json;q=0.5, text/html', true],
  [undefined, false],
  ['', false],
  ['*/*', false],
  ['application/json', false],
  ['application/json, text/html', false],
  ['text/html;q=0.5, application/json', false],
  ['text/html, */*', false],
  ['application/json, text/plain, */*', false],
  ['text/html;q=0', false],
  ['text/html;q=nonsense', false],
  ['text/html;q=2', false],
])('%s prefers HTML to JSON: %s', (accept, expected) => {
  expect(prefersHtml(accept)).toBe(expected);
});

test('the higher quality wins, wherever it stands', () => {
  const quality = fc.integer({ min: 0, max: 10 });
  fc.assert(
    fc.property(quality, quality, fc.boolean(), (html, json, htmlFirst) => {
      const ranges = [`text/html;q=${html / 10}`, `application/json; q=${json / 10}`];
      expect(prefersHtml((htmlFirst ? ranges : ranges.reverse()).join(', '))).toBe(html > json);
    }),
  );
});

test('only HTML forms send bodies as forms do', () => {
  expect(isForm('application/x-www-form-urlencoded; charset=utf-8')).toBe(true);
  expect(isForm('multipart/form-data; boundary=x')).toBe(true);
  for (const other of [undefined, 'application/json', 'text/plain', 'application/x-www-form-urlencodedx'])
    expect(isForm(other)).toBe(false);
});
