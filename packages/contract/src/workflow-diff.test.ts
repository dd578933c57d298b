import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isSameVersion, workflowDiff, type WorkflowContent } from './workflow-diff.ts';
import type { WorkflowEdge, WorkflowStep } from './workflow.ts';

const IDS = ['a', 'b', 'c', 'd'];
const optional = <T>(name: string, value: fc.Arbitrary<T>) =>
  fc.option(value, { nil: undefined }).map((one) => (one === undefined ? {} : { [name]: one }));
const merged = (...parts: fc.Arbitrary<object>[]) =>
  fc.tuple(...parts).map((all) => Object.assign({}, ...all));
const members = merged(
  optional('name', fc.constantFrom('One', 'Two')),
  optional('arguments', fc.dictionary(fc.constantFrom('0', 'x'), fc.record({ value: fc.jsonValue() }))),
  optional('join', fc.constantFrom('all', 'any', 2)),
  optional('position', fc.record({ x: fc.nat(3), y: fc.nat(3) })),
  optional('env', fc.dictionary(fc.constantFrom('A', 'B'), fc.constantFrom('1', '2'))),
);
const steps = fc
  .uniqueArray(fc.tuple(fc.constantFrom(...IDS), fc.constantFrom('t1', 't2'), members), {
    minLength: 1,
    selector: ([id]) => id,
  })
  .map((all) => all.map(([id, task, more]) => ({ id, task, ...more }) as WorkflowStep));
const edge = merged(
  fc.record({ from: fc.constantFrom(...IDS), to: fc.constantFrom(...IDS) }),
  optional('on', fc.constantFrom('failure', 'any', 'own')),
  optional('when', fc.record({ path: fc.constantFrom('output[0]', 'event'), op: fc.constant('exists') })),
) as fc.Arbitrary<WorkflowEdge>;
const content = merged(
  fc.record({ steps, edges: fc.array(edge, { maxLength: 6 }) }),
  optional('start', fc.subarray(IDS, { minLength: 1 })),
  optional('env', fc.dictionary(fc.constantFrom('A', 'B', '__proto__'), fc.constantFrom('1', '2'))),
) as fc.Arbitrary<WorkflowContent>;

const copy = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
/** The same text for the same content: members in order, and an environment of nothing as none. */
function written(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(written).join()}]`;
  const members = Object.entries(value).map(([key, member]) => `${JSON.stringify(key)}:${written(member)}`);
  return `{${members.toSorted().join()}}`;
}
const whole = ({ env = {}, ...graph }: WorkflowContent) => written({ ...graph, env });

test('a version does not differ from itself', () => {
  fc.assert(
    fc.property(content, (one) => {
      expect(isSameVersion(workflowDiff(one, copy(one)))).toBe(true);
    }),
  );
});

test('every change is found: where nothing is told, nothing is different', () => {
  const part = fc.constantFrom('steps', 'edges', 'start', 'env');
  fc.assert(
    fc.property(content, content, part, (before, other, name) => {
      const after = { ...copy(before), [name]: other[name as keyof WorkflowContent] };
      if (after.start === undefined) delete after.start;
      expect(isSameVersion(workflowDiff(before, after))).toBe(whole(before) === whole(after));
    }),
    { numRuns: 200 },
  );
});

test('what is told makes one version of the other', () => {
  fc.assert(
    fc.property(content, content, (before, after) => {
      const diff = workflowDiff(before, after);
      for (const part of ['steps', 'edges'] as const) {
        const { added, removed, changed } = diff[part];
        const changes = new Map<object, object>(changed.map((one) => [one.before, one.after]));
        const made = [
          ...before[part]
            .filter((one: object) => !removed.includes(one as never))
            .map((one: object) => changes.get(one) ?? one),
          ...added,
        ];
        expect(made.map(written).toSorted()).toEqual(after[part].map(written).toSorted());
        for (const one of changed) expect(one.members.length).toBeGreaterThan(0);
      }
    }),
  );
});

test('the way back tells the opposite', () => {
  fc.assert(
    fc.property(content, content, (before, after) => {
      const [there, back] = [workflowDiff(before, after), workflowDiff(after, before)];
      expect(back.steps.added.map(written)).toEqual(there.steps.removed.map(written));
      expect(back.edges.added.length).toBe(there.edges.removed.length);
      expect(back.env.added).toEqual(there.env.removed);
      expect(back.order).toEqual(there.order);
    }),
  );
});

test('members that changed are named, and edges between the same steps are told apart by their event', () => {
  const before: WorkflowContent = {
    steps: [
      { id: 'a', task: 't1' },
      { id: 'b', task: 't1', timeout: 5 },
    ],
    edges: [
      { from: 'a', to: 'b' },
      { from: 'a', to: 'b', on: 'failure' },
    ],
  };
  const after: WorkflowContent = {
    steps: [
      { id: 'a', task: 't2', name: 'First' },
      { id: 'b', task: 't1', timeout: 5 },
    ],
    edges: [
      { from: 'a', to: 'b', on: 'failure', when: { path: 'event', op: 'exists' } },
      { from: 'a', to: 'b', on: 'timeout' },
    ],
  };
  const { steps, edges, order } = workflowDiff(before, after);
  expect(steps.changed.map(({ after: { id }, members }) => [id, members])).toEqual([['a', ['task', 'name']]]);
  expect(edges.changed.map(({ after: { on }, members }) => [on, members])).toEqual([
    ['failure', ['when']],
    ['timeout', ['on']],
  ]);
  expect([edges.added, edges.removed, order]).toEqual([[], [], ['edges']]);
});
