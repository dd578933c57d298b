import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { problemOfDataDir, problemOfListening } from './start-problems.ts';
import { openStore } from './store.ts';

let home: string;
let file: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'argus-start-'));
  file = join(home, 'file');
  writeFileSync(file, '');
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

const reasonOf = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

/** What a start with these settings prints, and its exit code. */
function startWith(env: Record<string, string>) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['apps/supervisor/src/main.ts'], {
    cwd: join(import.meta.dirname, '../../..'),
    env: { PATH: process.env['PATH'], ...env },
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

describe('a start that cannot be says what to do in one sentence', () => {
  test('where the data directory is a file', () => {
    expect(startWith({ ARGUS_PORT: '0', ARGUS_DATA_DIR: file })).toEqual({
      status: 1,
      stdout: '',
      stderr: `argus: ${file} is a file: name another directory in ARGUS_DATA_DIR.\n`,
    });
  });

  test('where the port is in use, before a database is made', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    const data = join(home, 'data');
    const said = startWith({ ARGUS_PORT: String(port), ARGUS_DATA_DIR: data });
    other.close();
    expect(said).toEqual({
      status: 1,
      stdout: '',
      stderr: `argus: Port ${port} on 127.0.0.1 is in use: set ARGUS_PORT to another one.\n`,
    });
    expect(readdirSync(data)).toEqual(['lock']);
  });

  test('where the data directory would be below a file', async () => {
    const error = await reasonOf(mkdir(join(file, 'data')));
    expect(problemOfDataDir(join(file, 'data'), error)?.message).toBe(
      `A part of ${join(file, 'data')} is a file: name another directory in ARGUS_DATA_DIR.`,
    );
  });

  test('where the PostgreSQL of one’s own does not answer, without its password', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    server.close();
    const url = `postgres://somebody:a-password@127.0.0.1:${port}/argus`;
    const log = pino({ level: 'silent' });
    expect(await reasonOf(openStore('', url, log, new AbortController().signal))).toMatchObject({
      message:
        `The PostgreSQL 127.0.0.1:${port} of ARGUS_DATABASE_URL cannot be used (connect ECONNREFUSED 127.0.0.1:${port}): ` +
        'look whether it runs, and at its address, user, password and database.',
    });
  });

  test('where the address is not of this machine', async () => {
    const server = createServer().listen(0, '192.0.2.1');
    const [error] = (await once(server, 'error')) as [Error];
    expect(problemOfListening('192.0.2.1', 0, error)?.message).toBe(
      '192.0.2.1 is no address of this machine: set ARGUS_HOST to one, or to 0.0.0.0 for all of them.',
    );
  });
});
