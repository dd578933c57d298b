import { ClusterError, type ClusterErrorCode } from './errors.ts';

/** What PostgreSQL prints, and what to do about it. First match wins. */
const knownFailures: { pattern: RegExp; code: ClusterErrorCode; advice: string }[] = [
  {
    pattern: /shared memory block .* is still in use/,
    code: 'remains_running',
    advice:
      'Processes of the server before are still ending. Start again; if it stays, end the postgres processes by hand.',
  },
  {
    pattern: /could not bind Unix address|lock file ".*" (already exists|is empty)|Is another postmaster/,
    code: 'socket_in_use',
    advice: 'Another PostgreSQL server holds the data directory or its socket. Stop that one first.',
  },
  {
    pattern: /could not look up effective user ID/,
    code: 'no_system_user',
    advice: 'PostgreSQL needs the user to have an entry in /etc/passwd: add one, or start as another user.',
  },
  {
    pattern: /no space left on device|quota exceeded/i,
    code: 'disk_full',
    advice: 'Make room on the disk, then start again. Nothing that was committed is lost.',
  },
  {
    pattern:
      /wrong ownership|has invalid permissions|permission denied|EACCES|not permitted|read-only file system/i,
    code: 'no_permission',
    advice: 'Start as the user that owns the data directory, or give it to the current one (chown -R).',
  },
  {
    pattern: /database files are incompatible/,
    code: 'wrong_version',
    advice:
      'Start the Argus version that made this database, or move the database away to begin with an empty one.',
  },
  {
    pattern: /Cannot allocate memory|could not map anonymous shared memory|could not create shared memory/,
    code: 'no_memory',
    advice: 'Free some memory, or lower shared_buffers.',
  },
  {
    pattern:
      /unrecognized configuration parameter|invalid value for parameter|outside the valid range|requires a/,
    code: 'bad_setting',
    advice: 'Correct the setting that was passed.',
  },
  {
    pattern: /error while loading shared libraries|Library not loaded|ENOENT/,
    code: 'no_binaries',
    advice: 'The PostgreSQL package is incomplete: run npm ci, with install scripts allowed.',
  },
];

/** Turns the output of a failed PostgreSQL program into an error that says what happened and what to do next. */
export function explain(what: string, output: string): ClusterError {
  const known = knownFailures.find(({ pattern }) => pattern.test(output));
  return new ClusterError(
    known?.code ?? 'not_started',
    [`${what}: ${essence(output)}`, known?.advice].filter(Boolean).join(' '),
  );
}

/** What a server answers to those who ask whether it is ready yet. */
const notACause = /FATAL: +the database system is/;

/** The first line that tells a cause, else the last line that says anything. */
function essence(output: string): string {
  const lines = output
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !notACause.test(line));
  const cause =
    lines.find((line) => /\b(FATAL|PANIC|error):/i.test(line)) ?? lines.at(-1) ?? 'it said nothing';
  return cause.replace(/^.*?\b(?=FATAL:|PANIC:|error:)/i, '').replace(/([^.])$/, '$1.');
}
