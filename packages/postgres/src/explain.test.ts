import fc from 'fast-check';
import { expect, test } from 'vitest';
import { explain } from './explain.ts';

test.each([
  ['FATAL:  could not write lock file "postmaster.pid": No space left on device', 'disk_full', 'Make room'],
  ['FATAL:  data directory "/d" has wrong ownership', 'no_permission', 'chown'],
  ['FATAL:  could not open file "global/pg_control": Permission denied', 'no_permission', 'chown'],
  ['FATAL:  database files are incompatible with server', 'wrong_version', 'made this database'],
  ['FATAL:  lock file "postmaster.pid" already exists', 'socket_in_use', 'Stop that one'],
  ['FATAL:  could not map anonymous shared memory: Cannot allocate memory', 'no_memory', 'shared_buffers'],
  [
    'FATAL:  pre-existing shared memory block (key 1, ID 2) is still in use',
    'remains_running',
    'still ending',
  ],
  ['postgres: error while loading shared libraries: libicuuc.so.60: cannot open', 'no_binaries', 'npm ci'],
  ['initdb: could not look up effective user ID 1500: user does not exist', 'no_system_user', '/etc/passwd'],
  ['', 'not_started', 'said nothing'],
])('%s is explained', (output, code, advice) => {
  const error = explain('PostgreSQL did not start', output);
  expect(error.code).toBe(code);
  expect(error.message).toContain(advice);
});

test('the cause is picked out of what surrounds it', () => {
  const output = [
    '2026-01-01 00:00:00.000 UTC [1] LOG:  starting PostgreSQL',
    '2026-01-01 00:00:00.001 UTC [2] FATAL:  the database system is starting up',
    '2026-01-01 00:00:00.002 UTC [1] FATAL:  unrecognized configuration parameter "speed"',
    '2026-01-01 00:00:00.003 UTC [1] LOG:  database system is shut down',
  ].join('\n');
  const { message } = explain('PostgreSQL did not start', output);
  expect(message).toBe(
    'PostgreSQL did not start: FATAL:  unrecognized configuration parameter "speed". Correct the setting that was passed.',
  );
});

test('any output makes an error that begins with what was tried', () => {
  fc.assert(fc.property(fc.string(), (output) => explain('It', output).message.startsWith('It: ')));
});
