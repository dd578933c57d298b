import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { asField, textOf, withLineEnds } from './script-text.ts';

const bytes = (text: string): ArrayBuffer => new TextEncoder().encode(text).buffer;

describe('the bytes of a script', () => {
  test.each(['', 'a\r\nb', '\uFEFFa', 'ä€😀\n'])('%j are its text', (text) => {
    expect(textOf(bytes(text))).toBe(text);
  });

  test.each([[[0xff, 0xfe]], [[0x61, 0]], [[0xc3]]])('%j are none', (list) => {
    expect(textOf(new Uint8Array(list).buffer)).toBeUndefined();
  });
});

describe('what a text field gives back', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '\n', '\r\n', '\r', ' ') });

  test('unchanged is the file again, whatever its line ends', () => {
    fc.assert(
      fc.property(text, (original) => {
        expect(withLineEnds(original, asField(original))).toBe(original);
      }),
    );
  });

  test('holds what was typed, and only line ends that the file has', () => {
    fc.assert(
      fc.property(text, text, (original, edited) => {
        const saved = withLineEnds(original, asField(edited));
        expect(asField(saved)).toBe(asField(edited));
        const ends = new Set(original.match(/\r\n|\r|\n/g) ?? ['\n']);
        for (const end of saved.match(/\r\n|\r|\n/g) ?? []) expect([...ends]).toContain(end);
      }),
    );
  });

  test.each([
    ['a\r\nb\r\nc', 'a\nB\nc', 'a\r\nB\r\nc'],
    ['a\r\nb\nc\n', 'a\nb\nc\nd\n', 'a\r\nb\nc\nd\n'],
    ['a\r\nb\n', 'a\nnew\nb\n', 'a\r\nnew\r\nb\n'],
    ['a\nb', 'a\nb\n', 'a\nb\n'],
    ['', 'a\nb', 'a\nb'],
    ['\ra\n\n', '\n\n', '\r\r'],
    ['a\rb\n\r\n', 'a\n\n', 'a\r\r\n'],
  ])('%j edited to %j is saved as %j', (original, edited, saved) => {
    expect(withLineEnds(original, edited)).toBe(saved);
  });
});
