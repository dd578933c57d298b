import { spawnSync } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, type Client } from '@argus/client';
import { until } from '@argus/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { childrenOf, startServer, type Server } from './server.ts';

let server: Server;
let client: Client;
/** Where scripts write what they did, by themselves. */
let witness: string;

beforeAll(async () => {
  witness = await mkdtemp(join(tmpdir(), 'argus-witness-'));
  await chmod(witness, 0o777);
  server = await startServer();
  client = createClient({ baseUrl: server.url, token: server.token, customer: server.customer });
});

afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
  await rm(witness, { recursive: true, force: true });
});

async function taskOf(
  content: string,
  options: { multitasking?: boolean; timeout?: number } = {},
): Promise<string> {
  const [host] = await client.listHosts();
  const script = await client.createScript({ body: { filename: 'script.sh', content } });
  const task = await client.createTask({
    body: {
      name: 'fault',
      host_id: host?.id ?? null,
      script_id: script.id,
      run_as: 'bash %script%',
      task_arguments: [{ type: 'input', label: 'name' }],
      ...options,
    },
  });
  return task.id;
}

async function run(task: string, name: string) {
  return client.runTask({ params: { id: task }, body: { task_arguments: [name] } });
}

async function logOf(id: string): Promise<string> {
  return (await client.getJobLog({ params: { id } })).text();
}

async function linesOf(file: string): Promise<string[]> {
  return (await readFile(join(witness, file), 'utf8')).trim().split('\n');
}

/** Processes, anybody's, whose command line holds a text. */
function processesWith(text: string): string[] {
  const { stdout } = spawnSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' });
  return stdout.split('\n').filter((line) => line.includes(text));
}

describe('when everything is killed at once', () => {
  test('a running script goes on, and its job ends with the true result and a log without gap or repeat', async () => {
    const task = await taskOf(
      `for i in $(seq 1 120); do echo "line $i of $1"; sleep 0.05; done; echo '["done"]'`,
    );
    const job = await run(task, 'survivor');
    await until(async () => (await logOf(job.id)).includes('line 20 of'));

    await server.killAll();
    await server.start();

    const ended = await client.waitForJob(job.id);
    expect(ended).toMatchObject({
      lifecycle: 'finished',
      state: 'success',
      exit_code: 0,
      output: ['done'],
      attempt: 1,
    });
    const expected = Array.from({ length: 120 }, (_, index) => `line ${index + 1} of survivor\n`).join('');
    expect(await logOf(job.id)).toBe(`${expected}["done"]\n`);
  });

  test('every accepted job ends in a truthful state, and no script is started twice', async () => {
    const task = await taskOf(
      `echo "start $1" >>${witness}/many; sleep 0.$((RANDOM % 5 + 1)); echo "end $1" >>${witness}/many; [ $((10#$1 % 3)) -ne 0 ] || exit 7`,
    );
    const names = Array.from({ length: 40 }, (_, index) => String(index).padStart(2, '0'));
    const jobs = await Promise.all(names.map((name) => run(task, name)));
    await until(async () => (await linesOf('many').catch(() => [])).some((line) => line.startsWith('end')));

    await server.killAll();
    await server.start();

    const ended = await Promise.all(jobs.map(({ id }) => client.waitForJob(id)));
    const lines = await linesOf('many');
    // as many at most as were being started at that moment
    expect(lines.filter((line) => line.startsWith('start')).length).toBeGreaterThanOrEqual(30);
    for (const [index, job] of ended.entries()) {
      const name = names[index] as string;
      const starts = lines.filter((line) => line === `start ${name}`).length;
      const ends = lines.filter((line) => line === `end ${name}`).length;
      // a bot that dies between its journal and its launcher starts nothing for this attempt any more, and says so
      if (starts === 0) {
        const reason = expect.stringContaining('before it could start the script') as string;
        expect({ ends, state: job.state, reason: job.reason }).toEqual({ ends: 0, state: 'error', reason });
        continue;
      }
      expect({ name, starts, ends }).toEqual({ name, starts: 1, ends: 1 });
      const fails = Number(name) % 3 === 0;
      expect(job).toMatchObject(
        fails ? { state: 'failure', exit_code: 7 } : { state: 'success', exit_code: 0 },
      );
    }
  });

  test('a script that a bot died just before starting is never started, and its job says so', async () => {
    const task = await taskOf(`echo "$1" >>${witness}/never`);
    await server.killAll();
    await server.start({ ARGUS_FAULT_STEP: 'journal.starting' });
    const job = await run(task, 'unstarted');
    const ended = await client.waitForJob(job.id);
    await server.restart();
    expect(ended).toMatchObject({
      lifecycle: 'terminated',
      state: 'error',
      reason: expect.stringContaining('before it could start the script'),
    });
    expect(await linesOf('never').catch(() => [])).toEqual([]);
  });

  test('a script that ended while nobody was there is reported as it ended', async () => {
    const task = await taskOf(
      `echo begun; while [ ! -e ${witness}/go ]; do sleep 0.02; done; echo "last words of $1"; exit 5`,
    );
    const job = await run(task, 'orphan');
    await until(async () => (await logOf(job.id)).includes('begun'));

    await server.killAll();
    spawnSync('touch', [join(witness, 'go')]);
    await until(() => processesWith('last words of').length === 0);
    await server.start();

    expect(await client.waitForJob(job.id)).toMatchObject({
      state: 'failure',
      exit_code: 5,
      reason: 'exit code 5',
    });
    expect(await logOf(job.id)).toBe('begun\nlast words of orphan\n');
  });
});

describe('a stop', () => {
  test.each([
    ['children that sleep', 'sleep 1000 & sleep 1000 & wait'],
    ['children in sessions of their own', 'setsid sleep 1000 & setsid nohup sleep 1000 & wait'],
    ['a double fork whose parent is gone', '(setsid sleep 1000 >/dev/null 2>&1 &) ; sleep 1000'],
    ['a script that ignores TERM', `trap '' TERM; sleep 1000 & sleep 1000; sleep 1000`],
    ['a stopped process', 'sleep 1000 & sleep 0.3; kill -STOP $!; wait'],
  ])('reaches %s', async (_what, body) => {
    // the text is in each process's command line: `sleep 1000` alone could be somebody else's
    const mark = `1000.${process.pid}${Date.now() % 1_000_000}`;
    const task = await taskOf(`echo running; ${body.replaceAll('sleep 1000', `sleep ${mark}`)}`);
    const job = await run(task, 'x');
    await until(() => processesWith(`sleep ${mark}`).length > 0);

    await client.cancelJob({ params: { id: job.id } });
    const ended = await client.waitForJob(job.id);

    expect(ended).toMatchObject({
      lifecycle: 'terminated',
      state: 'canceled',
      reason: 'stopped by token "first token"',
    });
    expect(processesWith(`sleep ${mark}`)).toEqual([]);
  });

  test('happens by itself when the timeout is over, and says so', async () => {
    const mark = `1000.${process.pid}${Date.now() % 1_000_000}`;
    const task = await taskOf(`setsid sleep ${mark} & sleep ${mark}`, { timeout: 1 });
    const job = await run(task, 'x');
    expect(await client.waitForJob(job.id)).toMatchObject({
      lifecycle: 'terminated',
      state: 'timeout',
      reason_code: 'timeout',
    });
    expect(processesWith(`sleep ${mark}`)).toEqual([]);
  });
});

describe('the instance', () => {
  test('brings PostgreSQL back when it dies, without losing a job', async () => {
    const task = await taskOf('echo "hello $1"');
    const before = await run(task, 'before');
    const serverPid = async () =>
      Number((await readFile(join(server.dataDir, 'postgres/data/postmaster.pid'), 'utf8')).split('\n')[0]);
    const pid = await serverPid();
    process.kill(pid, 'SIGKILL');
    // for a moment its sessions still answer: only another server is one that came back
    await until(async () => {
      const isBack = await serverPid().then(
        (now) => now !== pid,
        () => false,
      );
      if (!isBack) return false;
      const { database } = await client.getStatus().catch(() => ({ database: 'down' }));
      return database === 'up';
    });
    expect(await client.waitForJob(before.id)).toMatchObject({ state: 'success' });
    const after = await run(task, 'after');
    expect(await client.waitForJob(after.id)).toMatchObject({ state: 'success' });
  });

  test('refuses a second start on the same data with a sentence', () => {
    const second = spawnSync(process.execPath, ['apps/supervisor/src/main.ts'], {
      cwd: join(import.meta.dirname, '..'),
      env: { ...process.env, ARGUS_DATA_DIR: server.dataDir, ARGUS_PORT: '0' },
      encoding: 'utf8',
    });
    expect(second.status).toBe(1);
    expect(second.stdout).toBe('');
    expect(second.stderr).toMatch(
      /^argus: Argus is running on .* already .*\. Stop it first, or set ARGUS_DATA_DIR/,
    );
  });

  test('stops in good order on SIGTERM while a script runs, and picks the script up at the next start', async () => {
    const task = await taskOf(`echo begun; while [ ! -e ${witness}/on ]; do sleep 0.02; done; echo over`);
    const job = await run(task, 'x');
    await until(async () => (await logOf(job.id)).includes('begun'));
    const children = childrenOf(server.pid());
    await server.restart();
    expect(children.filter((pid) => isAlive(pid))).toEqual([]);
    expect(await client.getJob({ params: { id: job.id } })).toMatchObject({ lifecycle: 'started' });
    spawnSync('touch', [join(witness, 'on')]);
    expect(await client.waitForJob(job.id)).toMatchObject({ state: 'success' });
    expect(await logOf(job.id)).toBe('begun\nover\n');
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
