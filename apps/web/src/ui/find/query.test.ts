import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatQuery, isLike, matcherOf, parseQuery, replaceTyping, typingAt, type Term } from './query.ts';

const FIELDS = new Set(['tag', 'bot', 'state']);
const parse = (text: string): Term[] =>
  parseQuery(text, FIELDS).map(({ field, values, negated }) => ({ field, values, negated }));

const value = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });
const term: fc.Arbitrary<Term> = fc.oneof(
  fc.record({ field: fc.constant(null), values: fc.tuple(value), negated: fc.boolean() }),
  fc.record({
    field: fc.constantFrom(...FIELDS),
    values: fc.array(value, { minLength: 1, maxLength: 3 }),
    negated: fc.boolean(),
  }),
);
const anything = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc
    .array(fc.constantFrom('tag:', 'bot:', 'a', '"', '\\', ',', ' ', '-', '*', 'é', ':'), { maxLength: 30 })
    .map((parts) => parts.join('')),
);

describe('a search', () => {
  test('has terms of text and of fields, quoted and negated', () => {
    expect(parse('backup -tag:old bot:"web 1",db "two words" state:failing')).toEqual([
      { field: null, values: ['backup'], negated: false },
      { field: 'tag', values: ['old'], negated: true },
      { field: 'bot', values: ['web 1', 'db'], negated: false },
      { field: null, values: ['two words'], negated: false },
      { field: 'state', values: ['failing'], negated: false },
    ]);
  });

  test('takes what is no field of the list as text', () => {
    expect(parse('https://a.b 12:30 - TAG:x')).toEqual([
      { field: null, values: ['https://a.b'], negated: false },
      { field: null, values: ['12:30'], negated: false },
      { field: null, values: ['-'], negated: false },
      { field: 'tag', values: ['x'], negated: false },
    ]);
  });

  test('that was written out is the same search again', () => {
    fc.assert(
      fc.property(fc.array(term, { maxLength: 6 }), (terms) => {
        expect(parse(formatQuery(terms))).toEqual(terms);
      }),
    );
  });

  test('is found in every text, its terms in order and beside each other', () => {
    fc.assert(
      fc.property(anything, (text) => {
        let at = 0;
        for (const { start, end } of parseQuery(text, FIELDS)) {
          expect(text.slice(at, start).trim()).toBe('');
          expect(end).toBeGreaterThan(start);
          at = end;
        }
        expect(text.slice(at).trim()).toBe('');
      }),
    );
  });
});

describe('what is found', () => {
  const things = fc.array(fc.record({ tags: fc.array(fc.constantFrom('a', 'b', 'c')), name: value }), {
    maxLength: 8,
  });
  type Thing = { tags: string[]; name: string };
  const tests = {
    text: (thing: Thing, text: string) => thing.name.toLowerCase().includes(text),
    fields: {
      tag: (thing: Thing, tag: string) => thing.tags.some((one) => isLike(one, tag)),
      bot: () => true,
      state: () => false,
    },
  };
  const found = (all: Thing[], terms: readonly Term[]) => all.filter(matcherOf(terms, tests));

  test('is what each term by itself finds', () => {
    fc.assert(
      fc.property(things, fc.array(term, { maxLength: 4 }), (all, terms) => {
        const alone = terms.map((one) => new Set(found(all, [one])));
        expect(found(all, terms)).toEqual(all.filter((thing) => alone.every((set) => set.has(thing))));
      }),
    );
  });

  test('of a term and of its negation is everything, once', () => {
    fc.assert(
      fc.property(things, term, (all, one) => {
        const with_ = found(all, [one]);
        const without = found(all, [{ ...one, negated: !one.negated }]);
        expect(with_.length + without.length).toBe(all.length);
      }),
    );
  });

  test('of several values is what any of them finds', () => {
    expect(
      found(
        [
          { tags: ['a'], name: '' },
          { tags: ['b'], name: '' },
          { tags: ['c'], name: '' },
        ],
        parse('tag:a,B'),
      ).length,
    ).toBe(2);
  });
});

test('a star stands for anything', () => {
  expect([
    isLike('prod-eu', 'prod*'),
    isLike('prod-eu', '*eu'),
    isLike('prod-eu', 'p*d*u'),
    isLike('a', '*'),
  ]).toEqual([true, true, true, true]);
  expect([isLike('prod', 'prod*d'), isLike('prod', 'pro'), isLike('aba', 'ab*ba')]).toEqual([
    false,
    false,
    false,
  ]);
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('a', 'b', ''), { minLength: 1, maxLength: 5 }),
      fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 6 }),
      (parts, text) => {
        expect(isLike(text, parts.join('*'))).toBe(new RegExp(`^${parts.join('.*')}$`).test(text));
      },
    ),
  );
});

describe('while one types', () => {
  const at = (marked: string) => {
    const caret = marked.indexOf('|');
    return { text: marked.replace('|', ''), typing: typingAt(marked.replace('|', ''), caret, FIELDS) };
  };
  test.each([
    ['|', null, ''],
    ['ta|', null, 'ta'],
    ['-ta|', null, 'ta'],
    ['tag:|', 'tag', ''],
    ['tag:nig|', 'tag', 'nig'],
    ['x -tag:a,"b c|', 'tag', 'b c'],
    ['tag:a,b| bot:c', 'tag', 'b'],
    ['tag:x |', null, ''],
  ])('at %j it is known what', (marked, field, typed) => {
    expect(at(marked).typing).toMatchObject({ field, typed });
  });

  test.each([
    ['ta|', 'tag', 'tag:|'],
    ['-ta|', 'tag', '-tag:|'],
    ['tag:n|', 'two words', 'tag:"two words" |'],
    ['tag:a,n| bot:c', 'night', 'tag:a,night |bot:c'],
  ])('%j and the choice %j make %j', (marked, choice, expected) => {
    const { text, typing } = at(marked);
    const after = replaceTyping(text, typing, choice);
    expect(`${after.text.slice(0, after.caret)}|${after.text.slice(after.caret)}`).toBe(expected);
  });

  test('a choice is what the search then says', () => {
    fc.assert(
      fc.property(anything, fc.nat(), value, (text, place, choice) => {
        const typing = typingAt(text, place % (text.length + 1), FIELDS);
        expect(typing.start).toBeLessThanOrEqual(typing.end);
        if (typing.field === null) return;
        const after = replaceTyping(text, typing, choice);
        const said = parse(after.text).filter(({ field }) => field === typing.field);
        expect(said.some(({ values }) => values.includes(choice))).toBe(true);
      }),
    );
  });
});
