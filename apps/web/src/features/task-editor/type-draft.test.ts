import type { Task, TypeSettings } from '@argus/contract';
import { expect, test } from 'vitest';
import { EMPTY_TYPE, headersProblem, secondsOf, spanDraft, typeBody, typeDraft } from './type-draft.ts';

const nothing: TypeSettings = { approval: null, inputs: null, notification: null, request: null };
const task = (type: Task['type'], settings: Partial<TypeSettings> = {}) =>
  ({ type, ...nothing, ...settings }) as Task;
const inputs = { who: 'starter', people: ['team:ops'], deadline: 90, message: 'How much?' } as const;

test.each([
  task('script'),
  task('script', { inputs: { ...inputs, people: ['team:ops'] } }),
  task('input', { inputs: { ...inputs, people: [] } }),
  task('approval', {
    approval: {
      who: 'assigned',
      people: ['ada@example.org'],
      needed: 3,
      deadline: 7_200,
      on_deadline: 'reject',
      reason: 'always',
      no_self: true,
      message: 'Really?',
    },
  }),
  task('approval', {
    approval: {
      who: 'fixed',
      people: ['manager'],
      needed: 'all',
      deadline: null,
      on_deadline: 'timeout',
      reason: 'never',
      no_self: false,
      message: '',
    },
  }),
  task('notification', { notification: { subject: '{0}', body: 'b', recipients: ['x@example.org'] } }),
  task('http', {
    request: {
      url: 'https://example.org/',
      method: 'POST',
      headers: { 'X-Key': 'a: b', accept: '*/*' },
      body: '{}',
      expect_status: '2xx,404',
      expect_pattern: 'ok',
    },
  }),
])('a task of type $type that is saved unchanged stays as it was', (one) => {
  expect({ ...nothing, ...typeBody(typeDraft(one)) }).toEqual(one);
});

test('a type has what is its own, whatever was typed for others before', () => {
  const draft = { ...EMPTY_TYPE, type: 'notification' as const, asksInputs: true };
  expect(Object.keys(typeBody(draft))).toEqual(['type', 'notification']);
});

test.each([
  [null, { count: '', unit: 'h' }],
  [45, { count: 45, unit: 's' }],
  [5_400, { count: 90, unit: 'min' }],
  [7_200, { count: 2, unit: 'h' }],
  [172_800, { count: 2, unit: 'd' }],
] as const)('%s seconds are shown in their largest whole unit', (seconds, span) => {
  expect(spanDraft(seconds)).toEqual(span);
  expect(secondsOf(span)).toBe(seconds);
});

test.each([
  ['', null],
  ['Accept: text/plain\n\nX-Key:abc', null],
  ['no header', '“no header” is no header: write Name: value'],
  [': empty', '“: empty” is no header: write Name: value'],
  ['A: 1\na: 2', 'has a twice'],
])('headers %j: %s', (text, problem) => {
  expect(headersProblem(text)).toBe(problem);
});
