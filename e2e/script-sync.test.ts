import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createClient, type Client } from '@argus/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startPageServer } from './page-server.ts';
import type { Server } from './server.ts';

const root = join(import.meta.dirname, '..');
const run = promisify(execFile);

describe('scripts in a folder', { timeout: 120_000 }, () => {
  let server: Server;
  let client: Client;
  let home: string;

  beforeAll(async () => {
    server = await startPageServer();
    client = createClient({ baseUrl: server.url, customer: server.customer, token: server.token });
    home = await mkdtemp(join(tmpdir(), 'argus-sync-'));
  });
  afterAll(async () => {
    await server?.[Symbol.asyncDispose]();
    await rm(home, { recursive: true, force: true });
  });

  /** What the command line wrote, and how it ended. */
  async function cli(...words: string[]): Promise<{ code: number; out: string }> {
    const env = { ...process.env, ARGUS_URL: server.url, ARGUS_TOKEN: server.token };
    try {
      const { stdout } = await run(process.execPath, ['apps/cli/src/main.ts', ...words], { cwd: root, env });
      return { code: 0, out: stdout };
    } catch (error) {
      const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
      return { code, out: stdout + stderr };
    }
  }
  const scriptNamed = async (name: string) =>
    (await client.listScripts()).find(({ filename }) => filename === name);
  async function folderOf(files: Record<string, string>): Promise<string> {
    const folder = await mkdtemp(join(home, 'folder-'));
    for (const [path, text] of Object.entries(files)) {
      await mkdir(join(folder, path, '..'), { recursive: true });
      await writeFile(join(folder, path), text);
    }
    return folder;
  }

  test('are made and changed by a push, which says what it does and does nothing twice', async () => {
    const folder = await folderOf({
      'sync-a.sh': 'echo a\n',
      'jobs/sync-b.py': 'print(1)\n',
      '.hidden': 'x',
    });

    const asked = await cli('script', 'push', folder, '--check');
    expect(asked.code).toBe(1);
    expect(asked.out).toContain('would be created: sync-a.sh');
    expect(await scriptNamed('sync-a.sh')).toBeUndefined();

    const pushed = await cli('script', 'push', folder);
    expect(pushed.code).toBe(0);
    expect(pushed.out).toMatch(
      /created: sync-b.py\ncreated: sync-a.sh\n|created: sync-a.sh\ncreated: sync-b.py\n/,
    );
    expect(pushed.out).toContain('not in the folder, kept: ');
    expect(await scriptNamed('.hidden')).toBeUndefined();
    expect(await cli('script', 'push', folder, '--check')).toMatchObject({ code: 0 });

    await writeFile(join(folder, 'sync-a.sh'), 'echo changed\n');
    expect((await cli('script', 'push', folder, '-m', '*.sh')).out).toContain(
      'changed: sync-a.sh, version 2',
    );
    const pulled = join(home, 'pulled');
    await cli('script', 'pull', pulled);
    expect(await readFile(join(pulled, 'sync-a.sh'), 'utf8')).toBe('echo changed\n');
  });

  test('that are listed to somebody who reads no further end the command in order', async () => {
    const env = { ...process.env, ARGUS_URL: server.url, ARGUS_TOKEN: server.token, NODE: process.execPath };
    const line = '"$NODE" apps/cli/src/main.ts script list | true; echo "${PIPESTATUS[0]}"';
    const { stdout, stderr } = await run('bash', ['-c', line], { cwd: root, env });
    expect([stdout, stderr]).toEqual(['0\n', '']);
  });

  test('of a Git checkout are those that Git keeps', async () => {
    const folder = await folderOf({ 'kept.sh': 'echo kept\n', 'scratch.sh': 'echo not yet\n' });
    await run('git', ['-C', folder, 'init', '-q']);
    await run('git', ['-C', folder, 'add', 'kept.sh']);

    expect((await cli('script', 'push', folder)).code).toBe(0);

    expect(await scriptNamed('kept.sh')).toMatchObject({ version: 1 });
    expect(await scriptNamed('scratch.sh')).toBeUndefined();
  });

  test('that are gone are deleted where that is asked for, but not those that tasks use', async () => {
    const folder = await folderOf({ 'stays.sh': 'echo stays\n' });
    await client.createScript({ body: { filename: 'unused.sh', content: 'echo\n' } });
    const used = await client.createScript({ body: { filename: 'used.sh', content: 'echo\n' } });
    await client.createTask({ body: { name: 'Uses it', script_id: used.id } });

    const pushed = await cli('script', 'push', folder, '--delete');

    expect(pushed.code).toBe(1);
    expect(pushed.out).toMatch(/deleted: used.sh: .*Uses it/);
    expect(await scriptNamed('unused.sh')).toBeUndefined();
    expect(await scriptNamed('used.sh')).toBeDefined();
    expect(await scriptNamed('stays.sh')).toBeDefined();
  });

  test('that cannot be are told before anything is pushed', async () => {
    const folder = await folderOf({
      'fine.sh': 'echo\n',
      'x/twice.sh': 'echo x\n',
      'y/twice.sh': 'echo y\n',
    });
    const refused = await cli('script', 'push', folder);
    expect(refused.code).toBe(1);
    expect(refused.out).toContain('x/twice.sh and y/twice.sh have one name');
    expect(await scriptNamed('fine.sh')).toBeUndefined();
    expect((await cli('script', 'push', join(folder, 'nowhere'))).out).toContain('is no folder');
  });
});
