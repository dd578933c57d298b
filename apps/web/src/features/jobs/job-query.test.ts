import { expect, test } from 'vitest';
import { isFiltered, jobQueries } from './job-query.ts';

test('every filter becomes a condition', () => {
  const task = 'a'.repeat(24);
  const { page, running } = jobQueries({ task, state: 'failure', lifecycle: 'finished', origin: 'api' });
  expect(page.where).toEqual({ task_id: task, state: 'failure', lifecycle: 'finished', origin: 'api' });
  expect(running).toBeUndefined();
});

test('a text is looked for as it stands, an id as an id', () => {
  expect(jobQueries({ q: ' a.b (1) ', origin: 'user' }).page.where).toEqual({
    origin: 'user',
    name: { $regex: String.raw`a\.b \(1\)`, $options: 'i' },
  });
  expect(jobQueries({ q: 'ABCDEF0123456789abcdef01' }).page.where).toEqual({
    id: 'abcdef0123456789abcdef01',
  });
  expect(jobQueries({ q: '  ' }).page.where).toEqual({ origin: { $ne: 'trial' } });
});

test('trials of scripts are shown where they are asked for', () => {
  expect(jobQueries({}).page.where).toEqual({ origin: { $ne: 'trial' } });
  expect(jobQueries({ origin: 'trial' }).page.where).toEqual({ origin: 'trial' });
});

test('running jobs come first on the first page and on no other', () => {
  const { page, running } = jobQueries({ first: 'running', origin: 'user' });
  expect(running?.where).toEqual({ origin: 'user', lifecycle: { $in: ['assigned', 'started'] } });
  expect(page.where).toEqual({ origin: 'user', lifecycle: { $nin: ['assigned', 'started'] } });
  const second = jobQueries({ first: 'running', origin: 'user', cursor: 'b' });
  expect(second.running).toBeUndefined();
  expect(second.page).toMatchObject({ cursor: 'b', where: page.where });
});

test('order and page are no filter', () => {
  expect(isFiltered({ first: 'running', cursor: 'b', view: 'c' })).toBe(false);
  expect(isFiltered({ first: 'running', q: 'x' })).toBe(true);
});
