import { expect, test } from 'vitest';
import { cronWords, scheduleTitle, whenWords } from './schedule-words.ts';

test.each([
  ['30 2 * * *', 'every day at 02:30'],
  ['0 8,20 * * *', 'every day at 08:00 and 20:00'],
  ['0,30 2 * * *', 'every day at 02:00 and 02:30'],
  ['0 9 * * 1-5', 'Monday to Friday at 09:00'],
  ['0 9 * * MON,wed', 'every Monday and Wednesday at 09:00'],
  ['0 9 * * MON#1', 'on the first Monday of the month at 09:00'],
  ['0 0 1 * *', 'on the 1st of the month at 00:00'],
  ['0 0 2,13,23 * *', 'on the 2nd, 13th and 23rd of the month at 00:00'],
  ['0 0 L * *', 'on the last day of the month at 00:00'],
  ['0 0 1 1,JUL *', 'on the 1st of the month in January and July at 00:00'],
  ['* * * * *', 'every minute'],
  ['*/15 * * * *', 'every 15 minutes'],
  ['0 * * * *', 'every hour, on the hour'],
  ['5 */6 * * *', 'every 6 hours at minute 5'],
  ['*/10 * * * 1-5', 'every 10 minutes, Monday to Friday'],
])('%s is %s', (pattern, words) => {
  expect(cronWords(pattern)).toBe(words);
});

test.each([
  '*/7 * * * *',
  '0 9 13 * 5',
  '0-5 9 * * *',
  '0,10,20,30 1,2 * * *',
  '0 25 * * *',
  '0 9 * * MON-',
  '@daily',
  '0 9',
  '',
])('%s is left as it is written', (pattern) => {
  expect(cronWords(pattern)).toBeUndefined();
});

test('a schedule is called by its name, else by when it runs', () => {
  expect(scheduleTitle({ name: 'Nightly', kind: 'cron', repeatEvery: '0 3 * * *' })).toBe('Nightly');
  expect(scheduleTitle({ name: ' ', kind: 'cron', repeatEvery: '0 3 * * *' })).toBe('Every day at 03:00');
  expect(whenWords({ kind: 'cron', repeatEvery: '*/7 * * * *' })).toBe('*/7 * * * *');
  expect(whenWords({ kind: 'interval', repeatEvery: 'every 15 minutes' })).toBe('Every 15 minutes');
});
