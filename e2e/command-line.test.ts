import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startServer, type Server } from './server.ts';

const program = join(import.meta.dirname, '../apps/cli/src/main.ts');

describe('argus doctor', () => {
  let server: Server;
  let elsewhere: string;
  beforeAll(async () => {
    server = await startServer();
    elsewhere = await mkdtemp(join(tmpdir(), 'argus-command-line-'));
  });
  afterAll(async () => {
    await server?.[Symbol.asyncDispose]();
    await rm(elsewhere, { recursive: true, force: true });
  });

  /** The outcome of each check, by its name. */
  async function doctor(env: Record<string, string>): Promise<Record<string, string>> {
    const { stdout } = await promisify(execFile)(process.execPath, [program, 'doctor', '--json'], {
      cwd: elsewhere,
      env: { ...process.env, ...env },
    }).catch((error: unknown) => error as { stdout: string });
    const checks = JSON.parse(stdout) as { check: string; result: string }[];
    return Object.fromEntries(checks.map(({ check, result }) => [check, result]));
  }

  test('examines the bot that the server of this machine runs, where no other lives in this directory', async () => {
    const here = await doctor({ ARGUS_DATA_DIR: server.dataDir });
    expect(here).toMatchObject({ enrolment: 'ok', credential: 'ok', process: 'ok', http: 'ok' });
    const nowhere = await doctor({ ARGUS_DATA_DIR: join(elsewhere, 'data') });
    expect(nowhere).toMatchObject({ enrolment: 'fail' });
  });
});
