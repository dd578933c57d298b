import { ArgusError } from '@argus/contract';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseForm } from './body.ts';
import { listPage, readListQuery, type ListFields } from './list-query.ts';

const FIELDS: ListFields = {
  id: { column: 't.id', type: 'text' },
  name: { column: 't.name', type: 'text' },
  tags: { column: 't.tags', type: 'texts' },
  size: { column: 't.size', type: 'integer' },
  on: { column: 't.is_on', type: 'boolean' },
  at: { column: 't.at', type: 'time' },
};

const read = (query: string) => readListQuery(parseForm(query), FIELDS, 3);
const refused = (query: string) => {
  try {
    read(query);
  } catch (error) {
    return (error as ArgusError).message;
  }
  return 'not refused';
};

describe('a list query', () => {
  test.each([
    ['where[name]=a', ' and t.name = $3::text', ['a']],
    ['where[name][$ne]=a', ' and t.name is distinct from $3::text', ['a']],
    ['where[name][$in][]=a&where[name][$in][]=b', ' and t.name = any($3::text[])', [['a', 'b']]],
    ['where[name][$nin][]=a', ' and (t.name is null or t.name <> all($3::text[]))', [['a']]],
    ['where[size][$gte]=2&where[size][$lt]=9', ' and t.size >= $3::bigint and t.size < $4::bigint', [2, 9]],
    ['where[on]=false', ' and t.is_on = $3::boolean', [false]],
    ['where[at][$gt]=2026-01-02', ' and t.at > $3::timestamptz', [new Date('2026-01-02')]],
    ['where[name][$exists]=true', ' and (t.name is not null) = $3::boolean', [true]],
    ['where[tags]=x', ' and $3::text = any(t.tags)', ['x']],
    ['where[tags][$in][]=x', ' and t.tags && $3::text[]', [['x']]],
  ])('%s becomes SQL with its values apart', (query, where, values) => {
    expect(read(query)).toMatchObject({ where, values });
  });

  test('sorts by several fields, and skips', () => {
    expect(readListQuery({ ...parseForm('sort[size]=-1&sort[name]=1'), skip: 4 }, FIELDS, 1)).toMatchObject({
      order: 't.size desc, t.name asc',
      skip: 4,
    });
  });

  test.each([
    ['where[secret]=x', 'where[secret]'],
    ['where[$where]=sleep(1)', 'where[$where]'],
    ['where[__proto__]=x', 'not refused'],
    ['where[constructor]=x', 'not refused'],
    ['where[name][$where]=1', '$where is no operator'],
    ['where[name][$expr]=1', '$expr is no operator'],
    ['where[name][$where][$gt]=1', '$where is no operator'],
    ['where[size]=many', 'whole number'],
    ['where[size]=1e3', 'whole number'],
    ['where[on]=yes', 'true or false'],
    ['where[at]=soon', 'ISO 8601'],
    ['where[name][]=a', 'one value'],
    ['where[name][$in][a]=x', 'one value'],
    ['where[tags][$gt]=x', 'no operator'],
    ['where[name][$regex]=(', 'RE2'],
    ['where[size][$regex]=1', 'no text'],
    ['where[name][$regex]=a&where[name][$options]=x', '$options can be i'],
    ['where=x', 'where[field]=…'],
    ['sort[name]=up', '1 or -1'],
    ['sort[tags]=1', 'no order'],
    ['sort[name;drop table jobs]=1', 'is no field'],
    ['include[name]=2', '1 or 0'],
    ['include[password]=1', 'no field of these answers'],
    ['include[name]=1&include[size]=0', 'either all'],
    ['sort[name]=1&cursor=0123456789abcdef01234567', 'cursor'],
  ])('%s is refused, or means nothing: %s', (query, message) => {
    expect(refused(query)).toContain(message);
  });

  test('keeps what include asks for, and always the id', () => {
    const view = { id: '1', name: 'a', size: 2 };
    expect(read('include[name]=1').project(view)).toEqual({ id: '1', name: 'a' });
    expect(read('include[name]=0').project(view)).toEqual({ id: '1', size: 2 });
    expect(read('').project(view)).toBe(view);
  });

  test('never lets a text of a caller into the SQL, whatever it is', () => {
    const part = fc.oneof(
      fc.constantFrom('name', 'size', 'tags', '$in', '$regex', '$gt', '', '0', "'; drop table jobs --"),
      fc.string({ maxLength: 8 }),
    );
    const key = fc
      .tuple(fc.constantFrom('where', 'sort', 'include'), fc.array(part, { maxLength: 4 }))
      .map(([root, parts]) => `${root}${parts.map((one) => `[${one}]`).join('')}`);
    fc.assert(
      fc.property(fc.array(fc.tuple(key, part), { maxLength: 5 }), (pairs) => {
        try {
          const { where, order } = read(new URLSearchParams(pairs).toString());
          expect(where + (order ?? '')).toMatch(/^[a-z0-9_.$:[\]()=<>&, ]*$/);
        } catch (error) {
          expect(error).toBeInstanceOf(ArgusError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('a page of a list with a pattern', () => {
  const rows = Array.from({ length: 2500 }, (_, index) => ({ id: String(index), name: `n${index}` }));
  const fetch = async (skip: number, limit: number | null) => rows.slice(skip, skip + (limit ?? rows.length));
  const page = (query: object, limit: number | null) =>
    listPage(readListQuery(query, FIELDS, 1), limit, fetch, (row) => row);

  test('goes through the list until it is full', async () => {
    const { views } = await page({ where: { name: { $regex: '7$' } }, skip: 2 }, 3);
    expect(views.map(({ name }) => name)).toEqual(['n27', 'n37', 'n47']);
  });

  test('has all matches where there is no limit', async () => {
    const { rows: found } = await page({ where: { name: { $regex: '^N1', $options: 'i' } } }, null);
    expect(found).toHaveLength(1111);
  });

  test('gives up where it would have to look for too long', async () => {
    const endless = async (_skip: number, limit: number | null) => rows.slice(0, limit ?? 0);
    const query = readListQuery({ where: { name: { $regex: 'nothing' } } }, FIELDS, 1);
    await expect(listPage(query, 10, endless, (row) => row)).rejects.toThrow(/add another condition/);
  });
});
