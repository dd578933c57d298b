import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, open, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { createClient, type Client } from '@argus/client';
import { placeFor, reachCluster } from '@argus/postgres';
import { until } from '@argus/testing';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { endScripts, freePort, run, startServer, type Server } from './server.ts';

const root = join(import.meta.dirname, '..');

let server: Server;
let client: Client;
/** Where backups and restored data directories go. */
let home: string;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'argus-backup-'));
  await chmod(home, 0o755);
  server = await startServer();
  client = createClient({ baseUrl: server.url, token: server.token, customer: server.customer });
});
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
  await endScripts(home);
  await rm(home, { recursive: true, force: true });
});

function start(words: string[], env: Record<string, string>): ChildProcess {
  return spawn(process.execPath, ['apps/cli/src/main.ts', ...words], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Runs `argus …` to its end. */
async function argus(words: string[], dataDir = server.dataDir, env: Record<string, string> = {}) {
  const child = start(words, { ARGUS_DATA_DIR: dataDir, ...env });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const [stdout, stderr] = await Promise.all([text(child.stdout!), text(child.stderr!)]);
  return { code: await ended, stdout, stderr };
}

async function taskOf(name: string, content: string): Promise<string> {
  const [host] = await client.listHosts();
  const script = await client.createScript({ body: { filename: 'script.sh', content } });
  const { id } = await client.createTask({
    body: { name, host_id: host?.id ?? null, script_id: script.id, run_as: 'bash %script%' },
  });
  return id;
}

const runOf = (task: string) => client.runTask({ params: { id: task }, body: {} });
const logOf = async (of: Client, id: string) => (await of.getJobLog({ params: { id } })).text();

/** What the database of a running server answers its superuser. */
async function ask(statement: string): Promise<Record<string, unknown>[]> {
  const database = new pg.Client(await reachCluster(await placeFor(server.dataDir)));
  await database.connect();
  try {
    return (await database.query(statement)).rows;
  } finally {
    await database.end();
  }
}

const traces = () =>
  ask(`select slot_name as left_over from pg_replication_slots
       union all select 'backup of ' || pid from pg_stat_progress_basebackup`);

/** A server on a data directory that was restored; what it says of itself is in its data directory. */
async function startOn(dataDir: string) {
  const port = await freePort();
  const running = await run({ ARGUS_DATA_DIR: dataDir, ARGUS_PORT: String(port), ARGUS_HOST: '127.0.0.1' });
  return {
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      await running.stop();
      await endScripts(dataDir);
    },
  };
}

test('a backup of a running server holds all that was acknowledged, and restored elsewhere it is the same server', async () => {
  const quick = await taskOf(
    'quick',
    'echo "the log of $ARGUS_JOB_ID"; for n in $(seq 200); do echo "line $n"; done',
  );
  const slow = await taskOf('slow', 'echo begun; exec sleep 300');
  const secret = await client.getTaskCredentials({ params: { id: quick } });
  const [bot] = await client.listHosts();
  const running = await runOf(slow);
  await until(async () => (await client.getJob({ params: { id: running.id } })).lifecycle === 'started');

  // jobs come and end all the time
  const acknowledged: string[] = [];
  const over = new AbortController();
  // Each waits for its end: what queues up here would have to be run by the copy as well. More at a time would only
  // make the backup last, which comes after them by its priority.
  const flood = Promise.all(
    Array.from({ length: 2 }, async () => {
      while (!over.signal.aborted) {
        const { id } = await runOf(quick);
        acknowledged.push(id);
        await client.waitForJob(id);
      }
    }),
  );
  await until(() => acknowledged.length > 50);
  const before = acknowledged.slice();
  const file = join(home, 'argus.tar.zst');
  const made = await argus(['backup', file]);
  over.abort();
  await flood;

  expect(made.stderr).toBe('');
  expect(made.stdout).toMatch(/^\S+argus\.tar\.zst: [\d.]+ MB, [\d.]+ MB of data as of \S+Z, in [\d.]+ s\n$/);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await traces()).toEqual([]);
  const verified = await argus(['backup', '--verify', file]);
  expect(verified.stdout).toMatch(/^argus\.tar\.zst is whole: \d+ files, /);
  await client.cancelJob({ params: { id: running.id } });

  const dataDir = join(home, 'elsewhere', 'data');
  const restored = await argus(['restore', file], dataDir);
  expect(restored).toMatchObject({ code: 0, stderr: '' });
  expect(restored.stdout).toContain(`Start it: ARGUS_DATA_DIR=${dataDir} npm start`);

  await using copy = await startOn(dataDir);
  const { access_token: token } = await createClient({ baseUrl: copy.url }).login({ body: server.admin });
  const there = createClient({ baseUrl: copy.url, token, customer: server.customer });
  expect(await there.getTaskCredentials({ params: { id: quick } })).toEqual(secret);
  expect(await readFile(join(dataDir, 'admin-token'), 'utf8')).toBe(`${server.token}\n`);

  // each of them is there, and ends: as it had, or as lost
  for (const id of before) {
    const { state, reason_code } = await there.waitForJob(id);
    if (state === 'success') expect(await logOf(there, id)).toBe(await logOf(client, id));
    else expect(reason_code).toMatch(/lost/);
  }
  const { lifecycle, state, reason } = await there.waitForJob(running.id);
  expect({ lifecycle, state }).toEqual({ lifecycle: 'terminated', state: 'error' });
  expect(reason).toMatch(/\w{3}/);

  // it is the same bot, which goes on
  expect(await there.listHosts()).toMatchObject([{ id: bot?.id, hostname: bot?.hostname }]);
  const next = await there.runTask({ params: { id: quick }, body: {} });
  expect(await there.waitForJob(next.id)).toMatchObject({ state: 'success', host_id: bot?.id });
});

describe('a backup that is cut off', () => {
  test('killed in the middle, it leaves no file under its name, and nothing in the database', async () => {
    const directory = await mkdtemp(join(home, 'killed-'));
    const file = join(directory, 'argus.tar.zst');
    const child = start(['backup', file], { ARGUS_DATA_DIR: server.dataDir });
    const pid = await until(async () => {
      const half = (await readdir(directory)).find((name) => name.includes('.unfinished-'));
      return half === undefined ? undefined : Number(half.split('-').at(-1));
    });
    process.kill(pid, 'SIGKILL');
    await new Promise((resolve) => child.once('exit', resolve));
    expect(await readdir(directory)).toEqual([`argus.tar.zst.unfinished-${pid}`]);
    await until(async () => (await traces()).length === 0);
  });

  test('one that nobody reads holds nothing up, and its end by any signal is the end of it', async () => {
    const quick = await taskOf('while a backup stands still', 'echo yes');
    for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
      const child = spawn(process.execPath, ['apps/supervisor/src/backup/main.ts', 'backup', '-'], {
        cwd: root,
        env: { ...process.env, ARGUS_DATA_DIR: server.dataDir },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      await until(async () => (await traces()).length === 2);
      const { id } = await runOf(quick);
      expect(await client.waitForJob(id)).toMatchObject({ state: 'success' });
      expect(await traces()).toHaveLength(2);
      const said = text(child.stderr);
      child.kill(signal);
      await until(async () => (await traces()).length === 0);
      child.stdout.resume();
      expect(await said).toBe(signal === 'SIGTERM' ? 'argus: Stopped: nothing of it was kept.\n' : '');
    }
  });

  test('stopped by SIGTERM, it takes its half file away', async () => {
    const directory = await mkdtemp(join(home, 'stopped-'));
    const child = start(['backup', join(directory, 'argus.tar.zst')], { ARGUS_DATA_DIR: server.dataDir });
    await until(async () => (await readdir(directory)).length > 0);
    const said = text(child.stderr!);
    child.kill('SIGTERM');
    expect(await said).toBe('argus: Stopped: nothing of it was kept.\n');
    expect(await readdir(directory)).toEqual([]);
  });
});

describe('what is refused says what to do', () => {
  let file: string;
  beforeAll(async () => {
    file = join(home, 'good.tar.zst');
    expect(await argus(['backup', file])).toMatchObject({ code: 0 });
  });

  /** A copy of the good file with something done to its bytes. */
  async function spoiled(how: (bytes: Buffer) => Buffer): Promise<string> {
    const path = join(home, 'spoiled.tar.zst');
    await writeFile(path, how(await readFile(file)));
    return path;
  }

  test('a file that is cut off, changed or no backup, of which nothing is put in place', async () => {
    const dataDir = join(home, 'spoiled', 'data');
    for (const [how, why] of [
      [(bytes: Buffer) => bytes.subarray(0, bytes.length - 1000), 'it ends too early'],
      [(bytes: Buffer) => Buffer.from(bytes).fill(0, 500_000, 500_100), ''],
      [() => Buffer.from('no backup at all'), 'it cannot be decompressed'],
      [() => Buffer.alloc(0), 'it ends too early'],
    ] as const) {
      const path = await spoiled(how);
      for (const words of [
        ['restore', path],
        ['backup', '--verify', path],
      ]) {
        const { code, stdout, stderr } = await argus(words, dataDir);
        expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
        expect(stderr).toContain(`This is no whole backup: ${why}`);
      }
      expect(await readdir(home)).not.toContain('spoiled');
    }
  });

  test('a directory in which something is', async () => {
    const dataDir = join(home, 'full');
    await mkdir(dataDir);
    await writeFile(join(dataDir, 'mine'), 'stays');
    const { code, stderr } = await argus(['restore', file], dataDir);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringContaining(`${dataDir} is not empty (mine)`) as string,
    });
    expect(await readdir(dataDir)).toEqual(['mine']);
    expect((await argus(['restore', file])).stderr).toContain('a restore changes nothing that is there');
  });

  test('a server whose data is in a PostgreSQL of its own', async () => {
    const env = { ARGUS_DATABASE_URL: 'postgres://argus@db.example.org/argus' };
    const { code, stderr } = await argus(['backup', join(home, 'never')], server.dataDir, env);
    expect(code).toBe(1);
    expect(stderr).toMatch(/pg_dump --format=custom .*secret-key/);
    expect(stderr).not.toContain('db.example.org');
  });

  test('a directory without a server, a place without a directory', async () => {
    expect((await argus(['backup', join(home, 'never')], join(home, 'nothing'))).stderr).toContain(
      'holds no data of Argus: name its data directory in ARGUS_DATA_DIR',
    );
    expect((await argus(['backup', join(home, 'no', 'such', 'place')])).stderr).toContain(
      'make its directory first',
    );
    expect((await argus(['restore', join(home, 'no-file')], join(home, 'nothing'))).stderr).toContain(
      'There is no ',
    );
  });
});

test('a restore that was killed keeps the server from starting until it is run again', async () => {
  const file = join(home, 'again.tar.zst');
  await argus(['backup', file]);
  const dataDir = join(home, 'half', 'data');
  await using pipe = await open(file, 'r');
  const child = spawn(process.execPath, ['apps/supervisor/src/backup/main.ts', 'restore', '-'], {
    cwd: root,
    env: { ...process.env, ARGUS_DATA_DIR: dataDir },
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  // the half of it, and no end
  child.stdin.on('error', () => undefined);
  child.stdin.write((await pipe.readFile()).subarray(0, 1_000_000));
  await until(async () => existsSync(join(dataDir, 'postgres')));
  child.kill('SIGKILL');
  await new Promise((resolve) => child.once('exit', resolve));
  await expect(startOn(dataDir)).rejects.toThrow('A restore into');
  expect(await argus(['restore', file], dataDir)).toMatchObject({ code: 0 });
  await using copy = await startOn(dataDir);
  expect((await fetch(`${copy.url}/api/status`)).status).toBe(200);
});

test('a server that is stopped is backed up as well, into a directory, and starts afterwards', async () => {
  await server.killAll();
  const directory = await mkdtemp(join(home, 'nightly-'));
  const { code, stdout } = await argus(['backup', directory]);
  expect(code).toBe(0);
  const [name = ''] = await readdir(directory);
  expect(name).toMatch(/^argus-\d{8}T\d{6}Z\.tar\.zst$/);
  expect(stdout).toContain(name);
  expect((await argus(['backup', '--verify', join(directory, name)])).code).toBe(0);
  await server.start();
  expect(await client.listHosts()).toHaveLength(1);
});
