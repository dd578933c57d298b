import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileMasks, MASK, maskResult, MaskStream, maskText, type Masks } from './masks.ts';

const ALPHABETS = ['ab', 'aA', 'ab\n', ' %+/-_=&"\\\'<>', 'aé€😀\t\u0001', '0123456789abcdefABCDEF'];

const text = (minLength: number, maxLength: number) =>
  fc
    .oneof(
      ...ALPHABETS.map((alphabet) => fc.string({ unit: fc.constantFrom(...alphabet), minLength, maxLength })),
      fc.string({ unit: 'grapheme-ascii', minLength, maxLength }),
    )
    // a value of asterisks could stand in the log because of the masks themselves
    .filter((value) => !value.includes('*'));

const value = fc.oneof(text(4, 12), text(20, 90)).filter((one) => Buffer.byteLength(one.trim()) >= 4);

/** Spellings made by other means than those under test. */
const SPELLERS: ((value: string, around: string) => string)[] = [
  (one) => one,
  encodeURIComponent,
  (one) => encodeURIComponent(one).replaceAll(/%../g, (escape) => escape.toLowerCase()),
  (one) => new URLSearchParams({ '': one }).toString().slice(1),
  (one) =>
    [...Buffer.from(one)]
      .map((byte) =>
        /\w/.test(String.fromCharCode(byte)) && byte !== 0x5f
          ? String.fromCharCode(byte)
          : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
      )
      .join(''),
  (one) => JSON.stringify(one).slice(1, -1),
  (one) => JSON.stringify(one).slice(1, -1).replaceAll('/', '\\/'),
  (one) =>
    JSON.stringify(one)
      .slice(1, -1)
      .replaceAll(/[^\0-\x7e]/g, (unit) =>
        [...Array(unit.length).keys()]
          .map((at) => `\\u${unit.charCodeAt(at).toString(16).padStart(4, '0')}`)
          .join(''),
      ),
  (one) => Buffer.from(one).toString('hex'),
  (one) => Buffer.from(one).toString('hex').toUpperCase(),
  (one) => Buffer.from(one).toString('base64'),
  (one) => Buffer.from(one).toString('base64url'),
  (one, around) => Buffer.from(`${around}${one}${around}`).toString('base64'),
  (one, around) => Buffer.from(`${around}${one}`).toString('base64url'),
  (one, around) =>
    Buffer.from(`${around.repeat(40)}${one}${around.repeat(9)}`)
      .toString('base64')
      .replaceAll(/.{76}/g, '$&\n'),
  (one, around) =>
    Buffer.from(`${around.repeat(40)}${one}${around.repeat(9)}`)
      .toString('base64')
      .replaceAll(/.{64}/g, '$&\r\n'),
  (one) => encodeURIComponent(Buffer.from(one).toString('base64')),
  (one, around) => encodeURIComponent(Buffer.from(`${around}${one}`).toString('base64')),
  // as others do who leave what may stand in a path
  (one, around) =>
    Buffer.from(`${around}${one}${around}`)
      .toString('base64')
      .replaceAll(/[+=]/g, (char) => encodeURIComponent(char).toLowerCase()),
];

/** What of a value's base64 does not depend on what is around it, found by trying. */
function base64Cores(one: string): string[] {
  return [0, 1, 2].map((before) => {
    const encode = (fill: number, after: number) =>
      Buffer.concat([Buffer.alloc(before, fill), Buffer.from(one), Buffer.alloc(after, fill)]).toString(
        'base64',
      );
    const [zeros, ones] = [encode(0, 3), encode(255, 3)] as const;
    const length = Math.floor(((before + Buffer.byteLength(one)) * 8) / 6);
    return zeros
      .slice(0, length)
      .split('')
      .filter((char, at) => char === ones[at] && at * 6 >= before * 8)
      .join('');
  });
}

/** How a value may stand in an output, as a pattern for each spelling. */
function occurrencesOf(one: string): RegExp[] {
  const exact = (spelling: string) => new RegExp(RegExp.escape(spelling), 'g');
  const wrap = '(?:(?<=[A-Za-z0-9+/_-]{60})(?:\\r\\n|\\r|\\n))?';
  const base64 = (spelling: string) =>
    new RegExp(
      [...spelling].map((char) => ({ '+': '[+-]', '/': '[/_]' })[char] ?? RegExp.escape(char)).join(wrap),
      'g',
    );
  const hidden = SPELLERS.slice(0, 10).map((spell) => exact(spell(one, '')));
  const cores = base64Cores(one);
  const escaped = [encodeURIComponent, (core: string) => core.replaceAll('+', '%2b')];
  return [
    ...hidden,
    ...cores.map(base64),
    ...escaped.flatMap((escape) => cores.map((core) => exact(escape(core)))),
  ];
}

interface Embedded {
  values: string[];
  output: string;
}

const embedded: fc.Arbitrary<Embedded> = fc
  .array(value, { minLength: 1, maxLength: 3 })
  .chain((values) =>
    fc.record({
      values: fc.constant(values),
      output: fc
        .array(
          fc.oneof(
            text(0, 12),
            fc
              .tuple(fc.constantFrom(...values), fc.constantFrom(...SPELLERS), text(0, 3))
              .map(([one, spell, around]) => spell(one, around)),
            // the beginning of one, so that much must wait
            fc
              .tuple(fc.constantFrom(...values), fc.nat({ max: 90 }))
              .map(([one, length]) => [...one].slice(0, length).join('')),
          ),
          { maxLength: 8 },
        )
        .map((parts) => parts.join('')),
    }),
  )
  .filter(({ output }) => !output.includes('*'));

function compiled(values: readonly string[]): Masks {
  const { masks } = compileMasks(values);
  if (masks === null) throw new Error('there is nothing to mask');
  return masks;
}

/** Cuts bytes at these places, in parts of their length. */
function piecesOf(bytes: Buffer, places: readonly number[]): Buffer[] {
  const cuts = [
    0,
    ...places.map((place) => Math.floor(place * bytes.length)).sort((a, b) => a - b),
    bytes.length,
  ];
  return cuts.slice(1).map((end, index) => bytes.subarray(cuts[index], end));
}

const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 });

describe('a masked output', () => {
  test('never shows a value, in whatever form, and is otherwise what it was', () => {
    fc.assert(
      fc.property(embedded, ({ values, output }) => {
        const shown = maskText(compiled(values), output);
        for (const one of values)
          for (const pattern of occurrencesOf(one.trim())) expect(shown).not.toMatch(pattern);
        // the parts around the masks stand in the output in this order
        let at = 0;
        for (const part of shown.split(MASK)) {
          const place = output.indexOf(part, at);
          expect(place).toBeGreaterThanOrEqual(at);
          at = place + part.length;
        }
        const isHidden = values.some((one) =>
          occurrencesOf(one.trim()).some((pattern) => output.search(pattern) >= 0),
        );
        if (isHidden) expect(shown).toContain(MASK);
      }),
      { numRuns: 100 },
    );
  });

  test('loses exactly what a value takes, where there are no other spellings', () => {
    const plain = fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 4, maxLength: 9 });
    fc.assert(
      fc.property(
        fc.array(plain, { minLength: 1, maxLength: 4 }),
        fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 200 }),
        (values, output) => {
          const hidden = [...output].map(() => false);
          const begins = [...output].map(() => false);
          const places = values
            .flatMap((one) =>
              [...output].flatMap((_, at) =>
                output.startsWith(one, at) ? [[at, at + one.length] as const] : [],
              ),
            )
            .sort(([a], [b]) => a - b);
          let end = 0;
          for (const [from, to] of places) {
            if (from >= end) begins[from] = true;
            hidden.fill(true, from, to);
            end = Math.max(end, to);
          }
          const expected = [...output]
            .map((char, at) => (begins[at] ? MASK : hidden[at] ? '' : char))
            .join('');
          expect(maskText(compiled(values), output)).toBe(expected);
        },
      ),
      { numRuns: 150 },
    );
  });

  test('is the same in whatever pieces it comes, and goes on exactly after any of them', () => {
    fc.assert(
      fc.property(
        embedded,
        cuts,
        fc.double({ min: 0, max: 1, noNaN: true }),
        ({ values, output }, places, stop) => {
          const masks = compiled(values);
          const bytes = Buffer.from(output);
          const whole = new MaskStream(masks);
          const expected = Buffer.concat([whole.push(bytes), whole.end()]).toString('latin1');
          const pieces = piecesOf(bytes, places);
          let stream = new MaskStream(masks);
          const broken = Math.floor(stop * pieces.length);
          const shown = pieces.map((piece, index) => {
            if (index === broken) stream = new MaskStream(masks, stream.waiting);
            return stream.push(piece);
          });
          shown.push(stream.end());
          expect(Buffer.concat(shown).toString('latin1')).toBe(expected);
        },
      ),
      { numRuns: 100 },
    );
  });

  test('has gone out as far as its bytes decide, byte by byte as in one piece', () => {
    fc.assert(
      fc.property(embedded, ({ values, output }) => {
        const masks = compiled(values);
        const bytes = Buffer.from(output);
        const slow = new MaskStream(masks);
        let shown = '';
        for (const byte of bytes) shown += slow.push(Buffer.of(byte)).toString('latin1');
        expect(shown).toBe(new MaskStream(masks).push(bytes).toString('latin1'));
      }),
      { numRuns: 100 },
    );
  });

  test('keeps bytes that are no text', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), cuts, (noise, places) => {
        const stream = new MaskStream(compiled(['a value that is nowhere']));
        const shown = piecesOf(Buffer.from(noise), places).map((piece) => stream.push(piece));
        expect(Buffer.concat([...shown, stream.end()]).equals(Buffer.from(noise))).toBe(true);
      }),
    );
  });
});

describe('what is masked', () => {
  test('is each line of a value with several, without white space around it', () => {
    const masks = compiled(['  first line\r\n\tsecond line\nyes\n']);
    expect(maskText(masks, 'second line, first line, yes')).toBe('***, ***, yes');
    expect(maskText(masks, '"first line\\r\\n\\tsecond line\\nyes"')).toBe('"***"');
  });

  test('leaves out what is short, and says so', () => {
    expect(compileMasks(['abc', ' é ', '', '  \n'])).toEqual({ masks: null, tooShort: 2 });
    const { masks, tooShort } = compileMasks(['abc', 'abcd']);
    expect(tooShort).toBe(1);
    expect(maskText(masks!, 'abc abcd')).toBe('abc ***');
  });

  test('is found in base64 that is wrapped into lines', () => {
    const secret = 'correct horse battery staple';
    for (let before = 0; before < 120; before++) {
      const data = Buffer.from(`${'x'.repeat(before)}${secret}${'y'.repeat(80)}`).toString('base64');
      const shown = maskText(compiled([secret]), data.replaceAll(/.{76}/g, '$&\n'));
      for (const core of base64Cores(secret)) expect(shown.replaceAll('\n', '')).not.toContain(core);
      expect(shown).toContain(MASK);
    }
  });

  test('is found in base64 that was URL-encoded, with its padding', () => {
    const secret = '>>>???a+b/c';
    for (const around of ['', 'x', 'xy']) {
      const encoded = encodeURIComponent(Buffer.from(`${around}${secret}`).toString('base64'));
      expect(encoded).toMatch(/%2B|%2F/);
      expect(maskText(compiled([secret]), `?data=${encoded}&more`)).toMatch(
        /^\?data=[A-Za-z0-9]{0,3}\*\*\*&more$/,
      );
    }
  });

  test('may be long: what then waits is little, and nothing is shown', () => {
    const long = Array.from({ length: 30_000 }, (_, at) => String.fromCharCode(97 + ((at * at) % 23))).join(
      '',
    );
    const masks = compiled([long]);
    expect(maskText(masks, `<${long}>`)).toMatch(/^<(\*\*\*)+>$/);
    const stream = new MaskStream(masks);
    stream.push(Buffer.from(long.slice(0, 29_000)));
    expect(stream.waiting.held.length).toBeLessThan(5_000);
    expect(() => compileMasks(['x'.repeat(300_000)])).toThrow(/300000 bytes/);
  });

  test('costs time that grows with the output alone, whatever both are', () => {
    const masks = compiled([`${'a'.repeat(4000)}b`, `${'a'.repeat(2000)}c`]);
    const output = 'a'.repeat(2_000_000);
    // a search that begins anew at each byte would take hours
    expect(maskText(masks, output)).toBe(output);
  });
});

describe('a masked result', () => {
  const masks = compiled(['12345', 'x","y', 'se"cret', 'n123']);

  test('stays JSON where that is possible', () => {
    expect(maskResult(masks, '["12345",{"a":"12345"}]')).toBe('["***",{"a":"***"}]');
    expect(maskResult(masks, '{"a":12345,"b":[true,null,1.5]}')).toBe('{"a":"***","b":[true,null,1.5]}');
    expect(JSON.parse(maskResult(masks, JSON.stringify(['a\n123', 'se"cret'])))).toEqual(['a\n123', '***']);
    expect(maskResult(masks, '["x","y"]')).not.toContain('x","y');
  });

  test('is the text itself where nothing is to be hidden', () => {
    expect(maskResult(masks, '{ "a" : 1 }')).toBe('{ "a" : 1 }');
    expect(maskResult(masks, 'success')).toBe('success');
  });
});
