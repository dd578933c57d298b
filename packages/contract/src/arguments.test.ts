import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  ARGUMENT_MAX_BYTES,
  asText,
  normalizeDefinitions,
  problemOf,
  resolveArguments,
  type ArgumentDefinition,
  type ArgumentType,
} from './arguments.ts';
import { LabelledValue } from './argument-positions.ts';
import { FileValue, parseDataUrl } from './file-value.ts';

const tools = { matches: (pattern: string, text: string) => new RegExp(pattern, 'u').test(text) };

const define = (type: ArgumentType, more: Partial<ArgumentDefinition> = {}): ArgumentDefinition => ({
  type,
  order: 0,
  ...more,
});
const stored = new FileValue({ id: 'f'.repeat(24), filename: 'a.txt', size: 1, sha256: '0'.repeat(64) });
const listOf = (given: Omit<ArgumentDefinition, 'order'>[]) => normalizeDefinitions(given, tools).definitions;
const select = { options: [{ id: 'red' }, { id: 'green', label: 'Green' }] };

const accepted: [string, ArgumentDefinition, unknown[]][] = [
  ['input', define('input'), ['a', 'ä€😀', ' a b ', "'; rm -rf / #", 5, true, { a: 1 }, 'a\nb']],
  ['textarea', define('textarea'), ['one\ntwo', 'x'.repeat(100_000)]],
  ['boolean', define('boolean'), ['true', 'false', true, false]],
  ['json', define('json'), ['{"a":1}', '[1]', '1', '"x"', { a: 1 }, [1], 7]],
  ['select', define('select', select), ['red', 'green']],
  [
    'date',
    define('date'),
    ['2026-01-31', '2024-02-29', '2026-01-31T10:20:30Z', '2026-01-31T10:20:30.123+02:00', '2026-01-31 10:20'],
  ],
  ['email', define('email'), ['a@b', 'ann.o+x@example.com']],
  ['regexp', define('regexp', { pattern: '^[a-c]+$' }), ['abc', 'a']],
  [
    'file',
    define('file'),
    [
      stored,
      [stored],
      'data:text/csv;name=a%20b.csv;base64,YSxi',
      'data:;base64,',
      'data:,a%20b',
      'data:text/plain;charset=utf-8;base64,YQ\r\n==',
      `data:application/octet-stream;base64,${'A'.repeat(400_000)}`,
    ],
  ],
  [
    'list of files',
    define('file', { multiple: true }),
    [[stored, 'data:,x'], stored, '["data:,x","data:,y"]', 'data:,x'],
  ],
  ['optional file', define('file', { required: false }), [null, undefined, '', []]],
  ['read-only input', define('input', { readonly: true, value: 'v' }), ['v', null, undefined, '']],
  ['remote-options', define('remote-options', { endpoint_url: 'https://example.com' }), ['anything']],
  ['input of digits', define('input', { charset: 'num' }), ['0', '0123', 12]],
  ['input of letters', define('input', { charset: 'alpha' }), ['äbc', 'Ж']],
  ['input of both', define('input', { charset: 'alnum' }), ['a1']],
  ['input of 2 to 3 characters', define('input', { charsmin: 2, charsmax: 3 }), ['ab', 'abc', '😀😀😀']],
  ['input without a limit', define('input', { charsmax: 0 }), ['x'.repeat(1000)]],
  ['list of select', define('select', { ...select, multiple: true }), ['["red"]', ['red', 'green']]],
  ['optional list', define('input', { multiple: true, required: false }), [[], '[]', null]],
  ['optional input', define('input', { required: false, charsmin: 5 }), [null, undefined, '']],
];

const refused: [string, ArgumentDefinition, unknown[]][] = [
  [
    'input',
    define('input'),
    [null, undefined, '', 'a\0b', '\0', 'x'.repeat(ARGUMENT_MAX_BYTES + 1), '€'.repeat(43_691)],
  ],
  ['boolean', define('boolean'), ['yes', '1', 1, 'TRUE', 'true ']],
  ['json', define('json'), ['{', "{'a':1}", 'nope']],
  ['select', define('select', select), ['blue', 'Green', 'RED', 'red ', ['red']]],
  [
    'date',
    define('date'),
    [
      '31.1.2026',
      '2026-13-01',
      '2026-02-30',
      '2026-04-31',
      '2026-01-32',
      'tomorrow',
      '2026',
      '2026-01-31T25:00',
      20260131,
    ],
  ],
  ['email', define('email'), ['a', '@b', 'a@', 'a@b@c', 'a b@c']],
  ['regexp', define('regexp', { pattern: '^[a-c]+$' }), ['abd', ' a']],
  ['input of digits', define('input', { charset: 'num' }), ['1a', '-1', '1.0', '٣']],
  ['input of letters', define('input', { charset: 'alpha' }), ['a1', 'a b']],
  ['input of both', define('input', { charset: 'alnum' }), ['a-1', 'a_1']],
  ['input of 2 to 3 characters', define('input', { charsmin: 2, charsmax: 3 }), ['a', 'abcd']],
  [
    'list of select',
    define('select', { ...select, multiple: true }),
    ['red', '["red","blue"]', ['blue'], {}, [], '[]'],
  ],
  ['any type but file', define('textarea'), [stored, [stored], { a: { b: stored } }]],
  ['json', define('json'), [{ a: stored }]],
  [
    'file',
    define('file'),
    [
      null,
      '',
      [],
      'report.csv',
      5,
      { id: 'a', filename: 'a', size: 1, sha256: 'b' },
      { file: 'a', filename: 'a', size: 1, sha256: 'b' },
      [stored, stored],
      'data:text/plain;base64,YQABC',
      'data:text/plain;base64,a b',
      'data:text/plain;base64,*',
      'data:nonsense;base64,YQ==',
      'data:text/plain;name=%;base64,YQ==',
      'data:,%zz',
      'data:text/plain',
    ],
  ],
  ['list of files', define('file', { multiple: true }), [[stored, 'x'], [null], '["x"]']],
  ['read-only input', define('input', { readonly: true, value: 'v' }), ['w', 'V', 5]],
  ['optional input', define('input', { required: false, charsmin: 5 }), ['abc', 'a\0bcdef']],
];

describe('a value', () => {
  test.each(accepted)('of %s is taken', (_name, definition, values) => {
    for (const value of values)
      expect([value, problemOf(definition, value, tools)]).toEqual([value, undefined]);
  });

  test.each(refused)('of %s is refused with a sentence', (_name, definition, values) => {
    for (const value of values)
      expect(problemOf(definition, value, tools) ?? `took ${String(value)}`).not.toMatch(/^took /);
  });

  test('goes to the script as text: as it is, empty for null, JSON otherwise', () => {
    expect([null, undefined, 'a', 1, false, ['x'], { a: 1 }].map(asText)).toEqual([
      '',
      '',
      'a',
      '1',
      'false',
      '["x"]',
      '{"a":1}',
    ]);
  });
});

const type = fc.constantFrom<ArgumentType>('fixed', 'input', 'textarea');
const definitions = fc
  .array(fc.record({ type, value: fc.string({ minLength: 1 }) }), { maxLength: 8 })
  .map((list) => list.map((one, order): ArgumentDefinition => ({ ...one, order })));
const value = fc.string({ minLength: 1, maxLength: 10 }).filter((text) => !text.includes('\0'));

/** Definitions with a value for each position. */
const withValues = definitions.chain((list) =>
  fc.tuple(fc.constant(list), fc.array(value, { minLength: list.length, maxLength: list.length })),
);

describe('the values of a run', () => {
  test('dynamic values alone, all positions, and named positions mean the same', () => {
    fc.assert(
      fc.property(withValues, ([list, values]) => {
        const dynamic = list.filter(({ type }) => type !== 'fixed');
        const expected = list.map(({ type, value }, index) => (type === 'fixed' ? value : values[index]));
        const alone = dynamic.map(({ order }) => values[order]);
        const named = dynamic.map(({ order }) => ({ order, value: values[order] })).reverse();
        for (const given of [alone, values, ...(named.length > 0 ? [named] : [])])
          expect(resolveArguments(list, given, tools)).toEqual({ values: expected, errors: [] });
      }),
    );
  });

  test('a fixed argument cannot be overridden in any way', () => {
    fc.assert(
      fc.property(
        definitions,
        fc.array(fc.oneof(value, fc.record({ order: fc.nat(9), value })), { maxLength: 12 }),
        (list, given) => {
          const { values } = resolveArguments(list, given, tools);
          list.forEach(({ type, value }, index) => {
            if (type === 'fixed' && values.length > 0) expect(values[index]).toBe(value);
          });
        },
      ),
    );
  });

  test('there are as many as definitions, or an error says why not', () => {
    fc.assert(
      fc.property(definitions, fc.array(fc.jsonValue(), { maxLength: 10 }), (list, given) => {
        const { values, errors } = resolveArguments(list, given, tools);
        if (errors.length === 0) expect(values).toHaveLength(list.length);
        for (const text of values) expect(typeof text).toBe('string');
        expect(errors.length > 0 || values.length === list.length).toBe(true);
      }),
    );
  });

  test('extra elements are ignored', () => {
    expect(resolveArguments([define('input')], ['a', 'b', 'c'], tools)).toEqual({
      values: ['a'],
      errors: [],
    });
    expect(resolveArguments([], ['a'], tools)).toEqual({ values: [], errors: [] });
  });

  test('null stands for an optional value left out', () => {
    const list = [
      define('input'),
      define('input', { order: 1, required: false }),
      define('input', { order: 2 }),
    ];
    expect(resolveArguments(list, ['a', null, 'c'], tools)).toEqual({ values: ['a', '', 'c'], errors: [] });
  });

  test('with gaps in their list name their own positions', () => {
    const list = [
      define('fixed', { value: 'f' }),
      define('input', { order: 1 }),
      define('input', { order: 2, required: false }),
    ];
    // oxlint-disable-next-line no-sparse-arrays -- as `task_arguments[1]=x` of a form is read
    expect(resolveArguments(list, [, 'x'], tools).values).toEqual(['f', 'x', '']);
    expect(resolveArguments(list, [null, 'x'], tools).errors).toHaveLength(1);
  });

  test('that are read only are the definition’s, whatever is left out', () => {
    const list = [define('input', { readonly: true, value: 'mine' }), define('input', { order: 1 })];
    expect(resolveArguments(list, [null, 'x'], tools)).toEqual({ values: ['mine', 'x'], errors: [] });
    expect(resolveArguments(list, ['yours', 'x'], tools).errors).toEqual([
      { field: 'task_arguments[0]', message: 'is read only: leave it out' },
    ]);
  });

  test('left out stay empty, even where the definition has a default', () => {
    const list = [define('input', { required: false, value: 'for the form' })];
    expect(resolveArguments(list, [null], tools)).toEqual({ values: [''], errors: [] });
  });

  test('of files are told apart from text, and say whether they are a list', () => {
    const list = [
      define('file'),
      define('file', { order: 1, multiple: true }),
      define('file', { order: 2, required: false }),
    ];
    expect(resolveArguments(list, [stored, ['data:,x', stored], null], tools)).toEqual({
      values: [{ multiple: false, files: [stored] }, { multiple: true, files: ['data:,x', stored] }, ''],
      errors: [],
    });
  });

  describe('given by label', () => {
    const asked = listOf([
      { type: 'input', label: 'Branch' },
      { type: 'fixed', value: 'deploy' },
      { type: 'select', label: 'Where', options: [{ id: 'eu' }, { id: 'us' }], value: 'eu' },
      { type: 'input', label: 'note', required: false },
    ]);
    const named = (values: object) =>
      resolveArguments(
        asked,
        Object.entries(values).map(([label, value]) => new LabelledValue(label, value)),
        tools,
      );

    test('take their positions, and what is not named has its default', () => {
      expect(named({ where: 'us', Branch: 'main' })).toEqual({
        values: ['main', 'deploy', 'us', ''],
        errors: [],
      });
      expect(named({ Branch: 'main' }).values).toEqual(['main', 'deploy', 'eu', '']);
      const none = [new LabelledValue(null, undefined)];
      expect(resolveArguments(asked.slice(1, 3), none, tools).values).toEqual(['deploy', 'eu']);
    });

    test('are checked as any others, and a required one without default is missed', () => {
      expect(named({ Branch: 'x', Where: 'moon' }).errors).toMatchObject([{ field: 'task_arguments[2]' }]);
      expect(named({ note: 'x' }).errors).toMatchObject([
        { field: 'task_arguments[0]', message: '"Branch" is required' },
      ]);
    });

    test('that no argument is called are refused with the labels that there are', () => {
      expect(named({ Branch: 'x', Brunch: 'y' }).errors).toEqual([
        {
          field: 'task_arguments.Brunch',
          message: 'no argument is called so: there are "Branch", "Where", "note"',
        },
      ]);
    });

    test('that several arguments are called are told to be given by position', () => {
      const twins = listOf([
        { type: 'input', label: 'A' },
        { type: 'input', label: 'a' },
      ]);
      expect(resolveArguments(twins, [new LabelledValue('A', '1')], tools).errors).toMatchObject([
        { message: '"a" is required' },
      ]);
      expect(resolveArguments(twins, [new LabelledValue(' a ', '1')], tools).errors).toMatchObject([
        { message: 'is the label of several arguments: give them by position, in a list' },
      ]);
    });
  });

  test('too few values name how many are needed', () => {
    const { errors } = resolveArguments([define('input'), define('input', { order: 1 })], ['a'], tools);
    expect(errors).toEqual([
      { field: 'task_arguments', message: 'An array of length 2 is required. Optionals must be null' },
    ]);
  });

  test('every wrong value is told by its position and its label', () => {
    const list = [
      define('email', { label: 'Recipient' }),
      define('fixed', { order: 1, value: 'x' }),
      define('boolean', { order: 2 }),
    ];
    expect(resolveArguments(list, ['nobody', 'maybe'], tools).errors).toEqual([
      { field: 'task_arguments[0]', message: '"Recipient" must be an e-mail address' },
      { field: 'task_arguments[2]', message: 'must be true or false' },
    ]);
  });
});

describe('definitions', () => {
  const normalize = (given: Parameters<typeof normalizeDefinitions>[0]) => normalizeDefinitions(given, tools);

  test('take their place in the list as position, and options is select', () => {
    expect(normalize([{ type: 'input' }, { type: 'options', options: [{ id: 'a' }] }])).toEqual({
      definitions: [
        { type: 'input', order: 0 },
        { type: 'select', order: 1, options: [{ id: 'a' }] },
      ],
      errors: [],
    });
  });

  test('are sorted by position', () => {
    const { definitions, errors } = normalize([
      { type: 'input', order: 1, label: 'second' },
      { type: 'input', order: 0, label: 'first' },
    ]);
    expect(errors).toEqual([]);
    expect(definitions.map(({ label }) => label)).toEqual(['first', 'second']);
  });

  test.each([
    ['select without options', { type: 'select' }, 'options'],
    ['regexp without a pattern', { type: 'regexp' }, 'pattern'],
    ['remote options without an address', { type: 'remote-options' }, 'endpoint_url'],
    ['pattern that is none', { type: 'input', pattern: '(' }, 'pattern'],
    [
      'remote options from no web address',
      { type: 'remote-options', endpoint_url: 'file:///etc/passwd' },
      'endpoint_url',
    ],
    ['option twice', { type: 'select', options: [{ id: 'a' }, { id: 'a', label: 'A' }] }, 'options'],
    ['default that is no option', { type: 'select', options: [{ id: 'a' }], value: 'b' }, 'value'],
    ['default that is too short', { type: 'input', charsmin: 3, value: 'ab' }, 'value'],
    ['default that does not match', { type: 'regexp', pattern: '^a$', value: 'b' }, 'value'],
    ['default that is no list', { type: 'input', multiple: true, value: 'a' }, 'value'],
    ['file with a default', { type: 'file', value: 'data:,x' }, 'value'],
    ['fixed value that no command line holds', { type: 'fixed', value: 'x'.repeat(128 * 1024) }, 'value'],
    ['read-only argument without a value', { type: 'input', readonly: true }, 'value'],
    ['charsmin above charsmax', { type: 'input', charsmin: 3, charsmax: 2 }, 'charsmin'],
    ['position with a gap', { type: 'input', order: 1 }, 'order'],
  ] as const)('%s is refused by name', (_name, definition, field) => {
    expect(normalize([definition as never]).errors.map((error) => error.field)).toEqual([
      `task_arguments[0].${field}`,
    ]);
  });

  test.each([
    [{ type: 'boolean', value: false }],
    [{ type: 'json', value: { a: 1 } }],
    [{ type: 'select', options: [{ id: '5' }], value: 5 }],
    [{ type: 'date', value: '' }],
    [{ type: 'file', value: null }],
    [{ type: 'input', multiple: true, value: ['a'] }],
    [{ type: 'input', readonly: true, required: false }],
    [{ type: 'remote-options', endpoint_url: 'https://x.test/list?who=%THEEYE_USER_EMAIL%' }],
  ] as const)('%j is taken', (definition) => {
    expect(normalize([definition as never]).errors).toEqual([]);
  });

  test('in one form stay as they are', () => {
    fc.assert(
      fc.property(definitions, (list) => {
        const once = normalize(list);
        expect(normalize(once.definitions)).toEqual(once);
      }),
    );
  });
});

describe('a data URL', () => {
  test('says its type, its name and how its data is written', () => {
    expect(parseDataUrl('data:text/CSV;charset=utf-8;name=%C3%A4%20b.csv;base64,YQ==')).toEqual({
      mimetype: 'text/csv',
      filename: 'ä b.csv',
      isBase64: true,
      data: 'YQ==',
    });
    expect(parseDataUrl('data:,a%20b')).toMatchObject({
      mimetype: 'text/plain',
      isBase64: false,
      data: 'a%20b',
    });
  });

  test('is read from any text without failing', () => {
    const part = fc.constantFrom(
      'data:',
      'text/plain',
      ';',
      'name=',
      'base64',
      ',',
      '%',
      '=',
      'A',
      '\n',
      '"',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(part).map((parts) => parts.join('')),
        ),
        (text) => {
          const url = parseDataUrl(text);
          if (url?.isBase64) expect(url.data).toMatch(/^[A-Za-z0-9+/_\r\n-]*={0,2}[\r\n]*$/);
        },
      ),
    );
  });
});
