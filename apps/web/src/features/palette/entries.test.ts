import { expect, test } from 'vitest';
import { findEntries, jobEntry, type Entry } from './entries.ts';

const entry = (label: string, group = 'Tasks', hint = ''): Entry => ({
  id: `${group}-${label}`,
  group,
  label,
  hint,
  act: { to: '/' },
});
const labels = (text: string, entries: Entry[]) => findEntries(entries, text).map(({ label }) => label);

test('every word that is typed is in what is found, whatever its order and case', () => {
  const all = [entry('Nightly backup', 'Tasks', 'web-1'), entry('Backup of mails'), entry('Report')];
  expect(labels('backup NIGHT', all)).toEqual(['Nightly backup']);
  expect(labels('web-1', all)).toEqual(['Nightly backup']);
  expect(labels('nothing like it', all)).toEqual([]);
});

test('what begins with the text comes first', () => {
  expect(labels('backup', [entry('Nightly backup'), entry('Backup of mails')])).toEqual([
    'Backup of mails',
    'Nightly backup',
  ]);
});

test('of many of one kind some are shown, so that others are seen too', () => {
  const tasks = Array.from({ length: 100 }, (_, index) => entry(`Task ${index}`));
  const found = findEntries([...tasks, entry('Task of a flow', 'Workflows')], 'task');
  expect(found.filter(({ group }) => group === 'Tasks')).toHaveLength(7);
  expect(found.map(({ group }) => group)).toContain('Workflows');
});

test('signs of patterns are letters like others', () => {
  expect(labels('a+b (c', [entry('a+b (c) [d]'), entry('aab')])).toEqual(['a+b (c) [d]']);
});

test('the id of a job leads to it, and nothing else does', () => {
  const id = '01a19b45cb88d0a1b2c3d4e5';
  expect(jobEntry('demo', ` ${id.toUpperCase()} `)[0]?.act).toEqual({ to: `/demo/jobs/${id}` });
  expect(jobEntry('demo', id.slice(1))).toEqual([]);
});
