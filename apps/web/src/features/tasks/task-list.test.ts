import type { JobSummary, TaskActivity } from '@argus/contract';
import { expect, test } from 'vitest';
import { otherProblems, withNewest } from './task-list.ts';

test('that a task is paused is told apart from what else keeps it from running', () => {
  const paused = { at: '2026-01-31T00:00:00.000Z', by: 'Ada', reason: '' };
  expect(otherProblems({ paused, problems: ['It was paused by Ada.', 'It has no bot.'] })).toEqual([
    'It has no bot.',
  ]);
  expect(otherProblems({ paused: null, problems: ['It has no bot.'] })).toEqual(['It has no bot.']);
});

test('what a task did is told by its newest job, wherever that is known from', () => {
  const job = (id: string, task_id: string, more: Partial<JobSummary>) =>
    ({ id, task_id, lifecycle: 'finished', state: 'success', ...more }) as JobSummary;
  const before = {
    task_id: 'a',
    running: 0,
    waiting: 0,
    grace: 0,
    next_run_at: null,
    ended: 'failure',
    last: { ...job('5', 'a', { state: 'failure' }), reason_code: null, creation_date: '' },
  } as TaskActivity;
  const jobs = [
    job('7', 'a', { lifecycle: 'started', state: 'in_progress' }),
    job('6', 'a', {}),
    job('4', 'a', { state: 'error' }),
    job('3', 'b', {}),
  ];
  const known = withNewest([before], jobs);
  expect(known.get('a')).toMatchObject({ running: 1, ended: 'success', last: { id: '7' } });
  expect(known.get('b')).toMatchObject({ running: 0, ended: 'success', last: { id: '3' } });
});
