import fc from 'fast-check';
import { expect, test } from 'vitest';
import { html } from './html.ts';

const ENTITIES: Record<string, string> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
};

test('what is filled in stays text, in content and in attributes', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('<', '>', '&', '"', "'", 'a', '/', ';') }), (text) => {
      const made = html`<p title="${text}">${[text]}</p>`.html;
      const [, title = '', content = ''] = /^<p title="([^"<>]*)">([^<>"]*)<\/p>$/.exec(made) ?? [];
      for (const part of [title, content])
        expect(part.replaceAll(/&(amp|lt|gt|quot|#39);/g, (entity) => ENTITIES[entity] as string)).toBe(text);
    }),
  );
});

test('what is HTML already is kept, and nothing is left out for nothing', () => {
  expect(html`${html`<b>${'<'}</b>`}${undefined}${0}`.html).toBe('<b>&lt;</b>0');
});
