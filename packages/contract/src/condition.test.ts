import { Ajv } from 'ajv';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Condition, holds, problemOfCondition, type Comparison } from './condition.ts';
import { openApiDocument } from './openapi.ts';
import { Closed, eachIdOnce, OrNull } from './schema.ts';
import { typeText, type SchemaShape } from './type-text.ts';

const tools = { matches: (pattern: string, text: string) => new RegExp(pattern).test(text) };
const comparison: fc.Arbitrary<Comparison> = fc.record({
  path: fc.constantFrom('body.a', 'output[0].b', 'headers["x-y"]', 'a'),
  op: fc.constantFrom('eq', 'ne', 'lt', 'le', 'gt', 'ge', 'contains', 'exists'),
  value: fc.oneof(fc.string(), fc.integer(), fc.boolean()),
});
const condition: fc.Arbitrary<Condition> = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    comparison,
    fc.record({ all: fc.array(tie('condition'), { maxLength: 4 }) }),
    fc.record({ any: fc.array(tie('condition'), { maxLength: 4 }) }),
    fc.record({ not: tie('condition') }),
  ),
})).condition;

describe('the schema of a condition', () => {
  // within others, twice, and in several schemas of one validator: as operations have it
  const ajv = new Ajv({ strict: false });
  const compiled = (schema: object): ((value: unknown) => unknown) => ajv.compile(eachIdOnce(schema));
  const filter = compiled(Closed({ filter: Condition }));
  const both = compiled(Closed({ a: OrNull(Condition), b: Condition }));

  test('takes every condition, wherever it stands', () => {
    fc.assert(
      fc.property(condition, condition, (one, other) => {
        expect(filter({ filter: one })).toBe(true);
        expect(both({ a: null, b: one })).toBe(true);
        expect(both({ a: one, b: other })).toBe(true);
      }),
    );
  });

  test('refuses what is none, at any depth', () => {
    const wrong = fc.constantFrom<unknown>(
      {},
      [],
      null,
      'body.a == 1',
      { path: 'a' },
      { path: 'a', op: 'like' },
      { path: '', op: 'eq' },
      { path: 'a', op: 'eq', more: 1 },
      { all: {} },
      { any: [null] },
      { all: [], any: [] },
      { not: [] },
    );
    fc.assert(
      fc.property(wrong, fc.array(fc.constantFrom('all', 'any', 'not')), (inner, ways) => {
        const whole = ways.reduce<unknown>(
          (one, way) => (way === 'not' ? { not: one } : { [way]: [one] }),
          inner,
        );
        expect(filter({ filter: whole })).toBe(false);
      }),
    );
  });

  test('has a name in the OpenAPI document, by which it holds itself', () => {
    const { components } = openApiDocument({ version: '1', server: 'http://127.0.0.1' }) as {
      components: { schemas: Record<string, object> };
    };
    const text = JSON.stringify(components.schemas['Condition']);
    expect(text).toContain('{"$ref":"#/components/schemas/Condition"}');
    expect(text).not.toContain('$id');
    expect(typeText(Closed({ filter: Condition }) as unknown as SchemaShape)).toBe('{filter: Condition}');
  });
});

describe('a condition', () => {
  test('has a problem that says what to write, or can be asked', () => {
    fc.assert(
      fc.property(condition, fc.jsonValue(), (one, value) => {
        fc.pre(problemOfCondition(one, tools) === undefined);
        expect(typeof holds(one, { body: value, a: value }, tools)).toBe('boolean');
      }),
    );
    const eq = { path: 'a', op: 'eq', value: 1 } as const;
    const deep = Array.from({ length: 10 }).reduce<Condition>((inner) => ({ not: inner }), eq);
    expect(problemOfCondition(deep, tools)).toBe('is nested more than 10 deep');
    const many = { all: [1, 2, 3].map(() => ({ any: Array.from({ length: 40 }, () => eq) })) };
    expect(problemOfCondition(many, tools)).toBe('has more than 100 parts');
    expect(problemOfCondition({ path: 'a..b', op: 'exists' }, tools)).toMatch('is no path');
    expect(problemOfCondition({ path: 'a', op: 'eq' }, tools)).toBe('"eq" needs a value');
    expect(problemOfCondition({ path: 'a', op: 'in', value: 1 }, tools)).toBe('"in" needs a list');
    expect(problemOfCondition({ path: 'a', op: 'matches', value: '(' }, tools)).toMatch('is not a regular');
  });

  test('of what is not there is false, but for ne', () => {
    for (const op of ['eq', 'lt', 'le', 'gt', 'ge', 'contains'] as const)
      expect(holds({ path: 'x.y', op, value: '' }, { a: 1 }, tools)).toBe(false);
    expect(holds({ path: 'x', op: 'matches', value: '' }, {}, tools)).toBe(false);
    expect(holds({ path: 'x', op: 'in', value: [null] }, {}, tools)).toBe(false);
    expect(holds({ path: 'x', op: 'ne', value: 1 }, {}, tools)).toBe(true);
    expect(holds({ path: 'x', op: 'exists', value: false }, { x: null }, tools)).toBe(true);
  });

  test('and its negation never agree, and all is not any of the opposites', () => {
    fc.assert(
      fc.property(condition, fc.array(condition, { maxLength: 4 }), fc.jsonValue(), (one, parts, value) => {
        const source = { body: value, a: value };
        expect(holds({ not: one }, source, tools)).toBe(!holds(one, source, tools));
        const opposites = parts.map((part) => ({ not: part }));
        expect(holds({ all: parts }, source, tools)).toBe(!holds({ any: opposites }, source, tools));
      }),
    );
  });
});
