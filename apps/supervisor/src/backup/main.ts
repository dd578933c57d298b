import { setPriority } from 'node:os';
import { basename } from 'node:path';
import { ClusterError, type LogEntry } from '@argus/postgres';
import { readSettings, SettingsError } from '../settings.ts';
import type { Manifest } from './archive.ts';
import { backup } from './backup.ts';
import { BackupError } from './errors.ts';
import { restore, verify } from './restore.ts';

// What `argus backup` and `argus restore` run: `main.ts backup FILE`, `verify FILE` or `restore FILE`.

const [command, file = ''] = process.argv.slice(2);
const began = performance.now();

async function run(signal: AbortSignal): Promise<void> {
  const settings = readSettings(process.env);
  if (command === 'backup') {
    if (file === '-' && process.stdout.isTTY)
      throw new BackupError(
        'A backup is not for a terminal: name a file, or send it on (… backup - | ssh …).',
      );
    yieldToOthers();
    const { size, manifest, lacksKey, ...made } = await backup(settings, file, tell, signal);
    if (lacksKey)
      process.stderr.write(
        `argus: the key that opens its secrets is not in the backup: the server has it from ARGUS_SECRET_KEY. Keep that as well.\n`,
      );
    const written = size === undefined ? '' : `${megabytes(size)}, `;
    say(
      `${file === '-' ? 'backup' : made.file}: ${written}${megabytes(bytesOf(manifest))} of data as of ${manifest.consistent_at}, in ${seconds()}`,
    );
  } else if (command === 'verify') {
    const { head, manifest } = await verify(file, signal);
    say(
      `${basename(file)} is whole: ${manifest.files.length} files, ${megabytes(bytesOf(manifest))} of data as of ${manifest.consistent_at}, ` +
        `Argus ${head.argus}, PostgreSQL ${head.postgresql}, ${head.platform}; read in ${seconds()}`,
    );
  } else {
    const { manifest, elsewhere } = await restore(settings, file, signal);
    say(
      `${settings.dataDir}${elsewhere === undefined ? '' : ` and ${elsewhere}`}: ${megabytes(bytesOf(manifest))} of data as of ${manifest.consistent_at}, ` +
        `in ${seconds()}. Start it: ARGUS_DATA_DIR=${settings.dataDir} npm start`,
    );
  }
}

/** One line, on stdout where that is not the backup itself. */
function say(line: string): void {
  (command === 'backup' && file === '-' ? process.stderr : process.stdout).write(`${line}\n`);
}

function bytesOf({ files }: Manifest): number {
  return files.reduce((sum, { size }) => sum + size, 0);
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

function seconds(): string {
  return `${((performance.now() - began) / 1000).toFixed(1)} s`;
}

function tell({ level, msg, ...more }: LogEntry): void {
  if (level !== 'info') process.stderr.write(`argus: ${msg} ${JSON.stringify(more)}\n`);
}

/** Compressing takes a whole core, which scripts and the server come before. */
function yieldToOthers(): void {
  try {
    setPriority(10);
  } catch {
    // a system that does not let it
  }
}

/** What the system says of a file that was named, and what to do about it; undefined where it says nothing of the kind. */
function problemOfFile(error: unknown): string | undefined {
  const { code, path } = error as NodeJS.ErrnoException;
  const where = path ?? file;
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return `The disk of ${where} is full: make room, or name another place.`;
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return `${where} cannot be opened by this user (${code}): name another place, or run this as another user.`;
    case 'ENOENT':
      return `There is no ${where}: look at its name, and make its directory first.`;
    case 'EPIPE':
      return 'Whoever was to take the backup has gone: it is not whole.';
    default:
      return undefined;
  }
}

const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => stopping.abort(new BackupError('Stopped: nothing of it was kept.')));

try {
  await run(stopping.signal);
} catch (error) {
  const reason: unknown = stopping.signal.aborted ? stopping.signal.reason : error;
  const expected =
    reason instanceof BackupError || reason instanceof ClusterError || reason instanceof SettingsError;
  const text = expected ? reason.message : (problemOfFile(reason) ?? (reason as Error).stack);
  process.stderr.write(`argus: ${text}\n`);
  process.exitCode = 1;
}
