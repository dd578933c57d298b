import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AgentJob, AuditEntry, Job } from '@argus/contract';
import {
  createTestDatabase,
  existingAgent,
  fakeBot,
  until,
  type AgentReport,
  type ExistingAgent,
  type TestDatabase,
} from '@argus/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  addHost,
  addScript,
  addTask,
  startSupervisor,
  startTestApp,
  type TestApp,
  type TestSupervisor,
} from '../../testing/index.ts';
import { startAgentSweep } from './index.ts';

const resources = new AsyncDisposableStack();
let database: TestDatabase;
let app: TestApp;
let token: string;
let scripts: string;
let agent: ExistingAgent;
let host: { id: string; hostname: string; client: string };
let made = 0;
beforeAll(async () => {
  database = resources.use(await createTestDatabase());
  app = resources.use(await startTestApp(database.connection));
  token = app.demo.people.admin.token;
});
afterAll(() => resources.disposeAsync());

// an agent of its own for each test, connected
beforeEach(async () => {
  scripts = await mkdtemp(join(tmpdir(), 'argus-agent-'));
  const hostname = `old-${++made}`;
  const { body } = await makeCredential({ hostname });
  host = { id: body.host_id, hostname, client: body.id };
  agent = existingAgent({ credentials: body.supervisor, scripts });
  await agent.connect();
});
afterEach(async () => {
  await agent[Symbol.asyncDispose]();
  await rm(scripts, { recursive: true });
});

const makeCredential = (body: object = {}) => app.request('POST', '/host/agent', { token, body });
const jobOf = async (id: string): Promise<Job> => (await app.request('GET', `/job/${id}`, { token })).body;
const logOf = async (id: string) => (await app.request('GET', `/job/${id}/log`, { token })).text;
const cancel = (id: string) => app.request('PUT', `/job/${id}/cancel`, { token });
const ended = (id: string) =>
  until(async () => {
    const job = await jobOf(id);
    return job.finished_at !== null && job;
  });
const started = (id: string) => until(async () => (await jobOf(id)).lifecycle === 'started');
const audit = async (action: string, target?: string): Promise<AuditEntry[]> =>
  (await app.request('GET', '/audit?limit=1000', { token })).body.filter(
    (entry: AuditEntry) => entry.action === action && (target === undefined || entry.target_id === target),
  );

/** A task of this test's agent that runs this shell script. */
async function taskOf(content: string, values: object = {}): Promise<string> {
  const script = await addScript(app.db, app.demo.id, `s-${++made}.sh`, `#!/bin/sh\n${content}\n`);
  return (await addTask(app.platform, app.demo.id, { host_id: host.id, script_id: script.id, ...values })).id;
}

async function run(task: string, task_arguments: unknown[] = [], at: TestSupervisor = app): Promise<Job> {
  const { body } = await at.request('POST', `/task/${task}/job`, { token, body: { task_arguments } });
  return body;
}

/** A job that the agent has. */
async function held(content = 'echo hello', values: object = {}): Promise<AgentJob> {
  const { id } = await run(await taskOf(content, values));
  const [job] = await agent.poll();
  expect(job?.id).toBe(id);
  await started(id);
  return job as AgentJob;
}

const sweepParts = { wake: () => undefined, freed: () => undefined };

const success: AgentReport = {
  state: 'hello',
  data: { code: 0, log: 'hello\n', lastline: 'hello', signal: null, killed: false },
};

describe('an existing agent runs', () => {
  test('a script to its result, with its whole log and its outputs', async () => {
    agent.start();
    const { id } = await run(await taskOf(`echo working; echo '["a",{"b":1}]'`));
    const job = await ended(id);
    expect(job).toMatchObject({
      lifecycle: 'finished',
      state: 'success',
      reason: 'exit code 0',
      exit_code: 0,
      output: ['a', '{"b":1}'],
      hostname: host.hostname,
      attempt: 1,
    });
    expect(job.started_at).not.toBeNull();
    const log = 'working\n["a",{"b":1}]\n';
    expect(await logOf(id)).toBe(log);
    expect([job.log_bytes, job.log_lines]).toEqual([log.length, 2]);
  });

  test('a script that fails: the exit code counts, whatever the last line says', async () => {
    agent.start();
    expect(await ended((await run(await taskOf('echo success; exit 3'))).id)).toMatchObject({
      lifecycle: 'finished',
      state: 'failure',
      exit_code: 3,
      reason: 'exit code 3',
    });
    expect(await ended((await run(await taskOf('echo failure'))).id)).toMatchObject({
      state: 'failure',
      reason: 'the script reported failure',
    });
    const old = await taskOf('echo done; exit 3', { result_rule: 'last_line' });
    expect(await ended((await run(old)).id)).toMatchObject({ state: 'success', exit_code: 3 });
  });

  test('a script whose secrets and masked values are not shown, though agents know of no masks', async () => {
    agent.start();
    app.keepSecret('the-key-of-the-store');
    app.keepSecret('typed by somebody');
    await app.request('POST', '/secret', { token, body: { name: 'STORE', value: 'the-key-of-the-store' } });
    const id = await taskOf('echo "$KEY and $1"; echo "[\\"$KEY\\"]"', { task_arguments: [] });
    await app.request('PATCH', `/task/${id}`, {
      token,
      body: {
        env: { KEY: '{secret:STORE}' },
        task_arguments: [{ type: 'input', label: 'Password', masked: true }],
      },
    });
    const job = await ended((await run(id, ['typed by somebody'])).id);
    expect(job).toMatchObject({ state: 'success', output: ['***'] });
    expect(await logOf(job.id)).toBe('*** and ***\n["***"]\n');
  });

  test('a script that writes to both its outputs, into one log', async () => {
    agent.start();
    const { id } = await run(await taskOf('echo out; echo err >&2'));
    await ended(id);
    expect((await logOf(id)).split('\n').sort()).toEqual(['', 'err', 'out']);
  });

  test('with arguments of any characters, in their order', async () => {
    agent.start();
    const values = ['plain', `it's "quoted" $HOME \`id\` \\ ; | & *`, 'two\nlines', '', '-n', 'ünïcödé 😀'];
    const id = await taskOf(`for one in "$@"; do printf '[%s]' "$one"; done`, {
      task_arguments: [
        { order: 0, type: 'fixed', label: 'first', value: 'fixed' },
        ...values.map((_value, index) => ({
          order: index + 1,
          type: 'input',
          label: `a${index}`,
          required: false,
        })),
      ],
    });
    const job = await ended((await run(id, values)).id);
    expect(job.state).toBe('success');
    expect(await logOf(job.id)).toBe(`[fixed]${values.map((value) => `[${value}]`).join('')}`);
  });

  test('with a file, which it is sent as a data URL', async () => {
    const id = await taskOf('cat', { task_arguments: [{ order: 0, type: 'file', label: 'report' }] });
    const url = 'data:text/csv;name=a.csv;base64,MSwyCg==';
    const job = await run(id, [url]);
    const [taken] = await agent.poll();
    expect([taken?.id, taken?.task_arguments_values]).toEqual([job.id, [url]]);
  });

  test('nothing with a file too large for it: the job ends and says so', async () => {
    const id = await taskOf('cat', { task_arguments: [{ order: 0, type: 'file', label: 'report' }] });
    const form = new FormData();
    form.append('task_arguments[]', new Blob([new Uint8Array(9 * 1024 * 1024)]), 'big.bin');
    const polling = agent.poll();
    const answer = await fetch(`${app.url}/task/${id}/job`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: form,
    });
    const { id: jobId } = (await answer.json()) as Job;
    expect(await ended(jobId)).toMatchObject({ lifecycle: 'terminated', state: 'error' });
    expect((await jobOf(jobId)).reason).toContain('too large');
    expect(await polling).toEqual([]);
  });

  test('with masked values in clear', async () => {
    agent.start();
    const id = await taskOf('test "$1" = "a secret" && echo it is', {
      task_arguments: [{ order: 0, type: 'input', label: 'password', masked: true }],
    });
    const job = await ended((await run(id, ['a secret'])).id);
    expect(job).toMatchObject({ state: 'success', task_arguments_values: [null] });
  });

  test('with the environment of the task and the built-in variables', async () => {
    agent.start();
    const env = app.platform.box.seal(JSON.stringify({ COLOUR: 'deep blue' }));
    const id = await taskOf('echo "$COLOUR $THEEYE_ORGANIZATION_NAME $THEEYE_JOB"', { env_cipher: env });
    const job = await ended((await run(id)).id);
    expect(await logOf(job.id)).toBe(`deep blue "demo" {"id":"${job.id}","task_id":"${id}"}\n`);
  });

  test('a script with run_as of every kind', async () => {
    agent.start();
    for (const run_as of ['', 'sh', 'sh %script%', 'env X=1 sh %script%']) {
      const job = await ended((await run(await taskOf('echo "$0"', { run_as }))).id);
      expect([run_as, job.state]).toEqual([run_as, 'success']);
    }
  });

  test('no longer than the timeout', async () => {
    agent.start();
    const job = await ended(
      (await run(await taskOf('echo begun; exec sleep 60', { timeout: 1, run_as: 'exec sh %script%' }))).id,
    );
    expect(job).toMatchObject({
      lifecycle: 'terminated',
      state: 'timeout',
      reason: 'ran longer than its timeout',
    });
    expect(await logOf(job.id)).toBe('begun\n');
  });

  test('a log of many chunks, NUL and half characters in it', async () => {
    const { id } = await held();
    const log = 'a\0b\uD800'.repeat(10) + '\n' + '0123456789\n'.repeat(100_000);
    expect(await agent.report(id, { state: null, data: { ...success.data, log } })).toBe(200);
    const job = await jobOf(id);
    expect([job.state, job.log_bytes, job.log_lines]).toEqual(['success', Buffer.byteLength(log), 100_001]);
    expect(await logOf(id)).toBe(log.toWellFormed());
    const tail = await app.request('GET', `/job/${id}/log?from_line=100000`, { token });
    expect(tail.text).toBe('0123456789\n');
  });

  test('what changes while a job waits: each job gets the content it was made with, under a name of its own', async () => {
    agent.start();
    const { id: scriptId } = await addScript(
      app.db,
      app.demo.id,
      'same.sh',
      'echo first; sleep 2; echo first\n',
    );
    const { id } = await addTask(app.platform, app.demo.id, { host_id: host.id, script_id: scriptId });
    const first = await run(id);
    await started(first.id);
    await until(async () => (await logSoFar()) > 0);
    await app.request('PUT', `/script/${scriptId}`, { token, body: { content: 'echo second\n' } });
    const second = await run(id);
    await ended(second.id);
    await ended(first.id);
    expect([await logOf(first.id), await logOf(second.id)]).toEqual(['first\nfirst\n', 'second\n']);
    expect((await readdir(scripts)).sort()).toEqual([
      expect.stringMatching(/^same-[0-9a-f]{12}\.sh$/),
      'same.sh',
    ]);

    // the script runs once it is there
    async function logSoFar(): Promise<number> {
      return (await readdir(scripts)).length;
    }
  });
});

describe('a poll', () => {
  test('is answered as soon as a job is there', async () => {
    const polling = agent.poll();
    const { id } = await run(await taskOf('echo'));
    const [job] = await polling;
    expect(job).toMatchObject({
      _type: 'ScriptJob',
      id,
      script_runas: 'sh %script%',
      timeout: 600_000,
      task_arguments_values: [],
    });
    expect(job?.script.md5).toMatch(/^[0-9a-f]{32}$/);
  });

  test('brings what waited, by priority, and never the same job twice', async () => {
    const task = await taskOf('echo');
    const jobs = await Promise.all([run(task), run(task), run(task)]);
    const taken = (await agent.poll()).map(({ id }) => id);
    expect(taken).toEqual(jobs.map(({ id }) => id).sort());
    const next = run(task);
    expect((await agent.poll()).map(({ id }) => id)).toEqual([(await next).id]);
  });

  test('is answered empty by a newer one, which gets the job', async () => {
    const older = agent.poll();
    await until(async () => (await waiting()) === 1);
    const newer = agent.poll();
    expect(await older).toEqual([]);
    const { id } = await run(await taskOf('echo'));
    expect((await newer).map((job) => job.id)).toEqual([id]);
  });

  test('brings no more than the agent runs at once', async () => {
    const { body } = await makeCredential({ hostname: `single-${made}`, slots: 1 });
    await using single = existingAgent({ credentials: body.supervisor, scripts });
    await single.connect();
    const script = await addScript(app.db, app.demo.id);
    const { id } = await addTask(app.platform, app.demo.id, { host_id: body.host_id, script_id: script.id });
    const first = await run(id);
    const second = await run(id);
    expect((await single.poll()).map((job) => job.id)).toEqual([first.id]);
    const polling = single.poll();
    await single.report(first.id, success);
    expect((await polling).map((job) => job.id)).toEqual([second.id]);
  });

  test('of one job at a time of a task that runs alone', async () => {
    const task = await taskOf('echo', { multitasking: false });
    const first = await run(task);
    const second = await run(task);
    expect((await agent.poll()).map((job) => job.id)).toEqual([first.id]);
    const polling = agent.poll();
    await agent.report(first.id, success);
    expect((await polling).map((job) => job.id)).toEqual([second.id]);
  });

  test('that broke off while it waited takes no job with it', async () => {
    const leaving = new AbortController();
    const broken = agent.poll(leaving.signal);
    await until(async () => (await waiting()) === 1);
    leaving.abort();
    await expect(broken).rejects.toThrow();
    const { id } = await run(await taskOf('echo'));
    expect((await agent.poll()).map((job) => job.id)).toEqual([id]);
  });

  test('that broke off within its answer leaves the jobs to the next one', async () => {
    const big = Array.from({ length: 14 }, () => 'x'.repeat(127_000));
    const task = await taskOf('echo', {
      task_arguments: big.map((_value, order) => ({ order, type: 'input', label: `a${order}` })),
    });
    const jobs: string[] = [];
    for (let count = 0; count < 6; count++) jobs.push((await run(task, big)).id);
    // 10 MB are more than the system takes for a reader that reads nothing
    const { hostname, port } = new URL(app.url);
    const socket = connect(Number(port), hostname).pause();
    socket.write(
      `GET /demo/job?hostname=${host.hostname} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${agent.token}\r\n\r\n`,
    );
    await until(async () => (await delivered()) === 6);
    const lifecycles = await Promise.all(jobs.map(async (id) => (await jobOf(id)).lifecycle));
    expect(new Set(lifecycles)).toEqual(new Set(['assigned']));
    socket.destroy();
    await until(async () => (await delivered()) === 0);
    const again = await agent.poll();
    expect(again.map(({ id }) => id).sort()).toEqual(jobs.sort());
    await started(jobs[0] as string);
    expect((await jobOf(jobs[0] as string)).attempt).toBe(1);

    async function delivered(): Promise<number> {
      const rows = await app.db.query(
        'test_delivered',
        'select 1 from attempts where host_id = $1 and delivered and finished_at is null',
        [host.id],
      );
      return rows.length;
    }
  });

  test('without a body hands nothing over', async () => {
    const { id } = await run(await taskOf('echo'));
    await app.request('HEAD', '/agent/job', { token: agent.token });
    expect((await jobOf(id)).lifecycle).toBe('ready');
  });

  test('of a disabled bot brings nothing', async () => {
    await app.request('PATCH', `/host/${host.id}`, { token, body: { disabled: true } });
    const { id } = await run(await taskOf('echo'));
    const leaving = new AbortController();
    const polling = agent.poll(leaving.signal);
    await until(async () => (await waiting()) === 1);
    expect((await jobOf(id)).lifecycle).toBe('ready');
    const again = agent.poll();
    expect(await polling).toEqual([]);
    await app.request('PATCH', `/host/${host.id}`, { token, body: { disabled: false } });
    expect((await again).map((job) => job.id)).toEqual([id]);
  });
});

describe('a result', () => {
  test('sent twice changes nothing the second time, and is answered all the same', async () => {
    const { id } = await held();
    expect(await agent.report(id, success)).toBe(200);
    const before = await jobOf(id);
    expect(await agent.report(id, { state: 'failure', data: { code: 1, log: 'again\n' } })).toBe(200);
    expect(await jobOf(id)).toEqual(before);
    expect(await logOf(id)).toBe('hello\n');
    const [late] = await audit('job.late_result', id);
    expect(late?.details).toMatchObject({ exit_code: 1, log_end: 'again\n' });
  });

  test('of two at once is taken once', async () => {
    const { id } = await held();
    const reports = [1, 2, 3].map((code) => agent.report(id, { data: { code, log: `${code}\n` } }));
    expect(await Promise.all(reports)).toEqual([200, 200, 200]);
    const job = await jobOf(id);
    expect(await logOf(id)).toBe(`${job.exit_code}\n`);
    expect((await jobOf(id)).attempt).toBe(1);
  });

  test('of a job that was given up is kept in the audit', async () => {
    const { id } = await held('echo', { timeout: 1 });
    using sweeps = new DisposableStack();
    sweeps.use(startAgentSweep(app.platform, sweepParts, { overdueAfterSeconds: 0, everyMs: 20 }));
    const job = await ended(id);
    expect(job).toMatchObject({ lifecycle: 'terminated', state: 'timeout' });
    expect(job.reason).toContain('the script may still run there');
    expect(await agent.report(id, success)).toBe(200);
    expect(await jobOf(id)).toEqual(job);
    expect((await audit('job.late_result', id))[0]).toMatchObject({
      actor: `agent ${host.hostname}`,
      details: { outcome: 'timeout', exit_code: 0, log_end: 'hello\n' },
    });
  });

  test('that does not come leads to another attempt where the task tries again', async () => {
    const policy = JSON.stringify({ retries: { limit: 1, delay: 0, on: ['timeout', 'lost'] } });
    const { id } = await held('echo', { timeout: 1, policy });
    using sweeps = new DisposableStack();
    sweeps.use(startAgentSweep(app.platform, sweepParts, { overdueAfterSeconds: 0, everyMs: 20 }));
    await until(async () => (await jobOf(id)).reason_code === 'retry');
    expect((await agent.poll()).map((job) => job.id)).toEqual([id]);
    await started(id);
    await agent.report(id, success);
    expect(await jobOf(id)).toMatchObject({ state: 'success', attempt: 2 });

    const restarted = await held('echo', { policy });
    await agent.connect();
    expect(await jobOf(restarted.id)).toMatchObject({ lifecycle: 'ready', reason_code: 'retry' });
    expect((await agent.poll()).map((job) => job.id)).toEqual([restarted.id]);
    await agent.connect();
    expect(await jobOf(restarted.id)).toMatchObject({ state: 'error', reason_code: 'lost', attempt: 2 });
  });

  test('of a job of this bot that was never handed over changes nothing', async () => {
    const job = await run(await taskOf('echo'));
    expect(await agent.report(job.id, success)).toBe(200);
    expect(await jobOf(job.id)).toMatchObject({ lifecycle: 'ready', attempt: 0 });
    expect((await audit('job.late_result', job.id))[0]?.details).toMatchObject({ attempt: null });
  });

  test('of a job of another bot is refused', async () => {
    const { id } = await app
      .request('POST', `/task/${app.demo.task.id}/job`, { token })
      .then(({ body }) => body as Job);
    expect(await agent.report(id, success)).toBe(404);
    const foreign = await app.request('POST', `/task/${app.other.task.id}/job`, {
      token: app.other.people.admin.token,
    });
    expect(await agent.report(foreign.body.id, success)).toBe(404);
    expect((await jobOf(id)).lifecycle).not.toBe('finished');
  });

  test('comes to another supervisor than the one that handed the job out', async () => {
    const first = await startSupervisor(database.connection);
    const task = await taskOf('echo hello');
    agent.url = first.url;
    const polling = agent.poll();
    const { id } = await run(task, [], first);
    const [job] = await polling;
    await started(id);
    await first[Symbol.asyncDispose]();
    agent.url = app.url;
    expect(await agent.report(id, await agent.run(job as AgentJob))).toBe(200);
    expect(await jobOf(id)).toMatchObject({ state: 'success', attempt: 1 });
  });

  test('of a job whose hand-out was cut off by the end of its supervisor is taken', async () => {
    const { id } = await run(await taskOf('echo'));
    await until(async () => (await agent.poll()).length === 1);
    await started(id);
    // as it stands where the supervisor ended between taking the job for an answer and noting that it was written
    await app.db.query(
      'test_unnoted',
      `with a as (update attempts set started_at = null where job_id = $1)
       update jobs set started_at = null where id = $1`,
      [id],
    );
    expect(await agent.report(id, success)).toBe(200);
    expect(await jobOf(id)).toMatchObject({ state: 'success' });
  });
});

describe('a stop', () => {
  test('of a job that runs is noted; the job ends as it ended, and says that the stop did not do it', async () => {
    const { id } = await held();
    expect((await cancel(id)).status).toBe(204);
    const running = await jobOf(id);
    expect(running.lifecycle).toBe('started');
    expect(running.stop_requested).toMatchObject({ by: 'admin@demo.test' });
    await agent.report(id, success);
    expect(await jobOf(id)).toMatchObject({
      lifecycle: 'finished',
      state: 'success',
      reason: 'exit code 0; the stop by admin@demo.test did not end it',
    });
  });

  test('of a job that waits for the agent cancels it', async () => {
    const { id } = await run(await taskOf('echo'));
    await cancel(id);
    expect(await jobOf(id)).toMatchObject({ lifecycle: 'canceled', state: 'canceled' });
  });

  test.each([
    [1, 'cancels it before it started', 'canceled', 'canceled by admin@demo.test before it started'],
    [2, 'stops it: its first attempt has run', 'terminated', 'stopped by admin@demo.test'],
  ])(
    'of a job whose attempt %i was assigned but not handed over %s',
    async (attempt, _what, lifecycle, reason) => {
      const { id } = await run(await taskOf('echo'));
      const [claimed] = await app.db.query(
        'test_claim',
        `with j as (update jobs set lifecycle = 'assigned', attempt = $3, assigned_at = now() where id = $1 returning *)
       insert into attempts (job_id, attempt, customer_id, host_id, lease)
       select id, attempt, customer_id, host_id, $2 from j returning job_id`,
        [id, randomUUID(), attempt],
      );
      expect(claimed).toBeDefined();
      await cancel(id);
      using sweeps = new DisposableStack();
      sweeps.use(startAgentSweep(app.platform, sweepParts, { everyMs: 20 }));
      expect(await ended(id)).toMatchObject({ lifecycle, state: 'canceled', reason });
      expect((await app.request('GET', `/job/${id}/attempt`, { token })).body).toMatchObject([
        { attempt, outcome: 'canceled', reason: 'canceled by admin@demo.test before it started' },
      ]);
      // what comes next is not held up by it
      const next = await run(await taskOf('echo'));
      expect((await agent.poll()).map((job) => job.id)).toEqual([next.id]);
    },
  );
});

describe('an agent', () => {
  test('that is silent loses its jobs, as every bot does; its keep-alive keeps them', async () => {
    const { id } = await held();
    const age = `update attempts set renewed_at = now() - interval '100 s' where job_id = $1`;
    await app.db.query('test_age', age, [id]);
    expect((await jobOf(id)).unresponsive_since).not.toBeNull();
    expect(await agent.keepAlive()).toBe(204);
    expect((await jobOf(id)).unresponsive_since).toBeNull();
  });

  test('that starts again has nobody to report what it ran before', async () => {
    const { id } = await held();
    await agent.connect();
    expect(await jobOf(id)).toMatchObject({ lifecycle: 'terminated', state: 'error', reason_code: 'lost' });
    expect((await jobOf(id)).reason).toContain('was started again');
  });

  test('shows itself as what it is', async () => {
    const { body } = await app.request('GET', `/host/${host.id}`, { token });
    expect(body).toMatchObject({
      kind: 'agent',
      status: 'online',
      slots: 10,
      info: { version: '2.1.1', os: process.platform, run_user: 'agent' },
    });
  });

  test('works beside a bot of ours', async () => {
    const own = await addHost(app.db, app.demo.id, `own-${made}`);
    app.keepSecret(own.credential);
    using bot = fakeBot({ url: app.url, credential: own.credential });
    const ownTask = await addTask(app.platform, app.demo.id, {
      host_id: own.id,
      script_id: app.demo.script.id,
    });
    agent.start();
    const mine = await run(await taskOf('echo agent'));
    const theirs = await run(ownTask.id);
    const [ofBot] = await bot.takeRuns();
    expect(ofBot?.job).toBe(theirs.id);
    await bot.started(ofBot!);
    await bot.finish(ofBot!);
    expect((await ended(mine.id)).hostname).toBe(host.hostname);
    expect((await ended(theirs.id)).hostname).toBe(own.hostname);
  });

  test('gets the script of its own jobs only', async () => {
    const { script } = await held();
    const path = (id: string) => `/demo/script/${id}/download`;
    expect((await agent.call('GET', path(script.id))).bytes.toString()).toContain('echo hello');
    expect((await agent.call('GET', path(script.id.slice(0, 24)))).status).toBe(200);
    const foreign = await addScript(app.db, app.demo.id, 'foreign.sh', 'echo foreign\n');
    expect((await agent.call('GET', path(foreign.id))).status).toBe(404);
    expect((await agent.call('GET', path(`${script.id.slice(0, 24)}-${'0'.repeat(64)}`))).status).toBe(404);
  });

  test('opens nothing else of the API, and a bot of ours nothing of it', async () => {
    for (const path of ['/task', '/demo/host', '/auth/profile', '/script', '/audit'])
      expect([path, (await agent.call('GET', path)).status]).toEqual([path, 403]);
    expect((await agent.call('POST', '/bot/poll', { body: {} })).status).toBe(403);
    const { status } = await app.request('GET', '/agent/job', { token: app.demo.host.credential });
    expect(status).toBe(403);
    // everybody else gets what those paths mean to them
    expect((await app.request('GET', '/job', { token })).status).toBe(200);
  });

  test('is heard in both forms of each path, older ways included', async () => {
    const { hostname } = host;
    for (const prefix of ['', '/demo']) {
      const query = prefix === '' ? '?customer=demo' : '';
      const register = { hostname, version: '2.1.1', info: {} };
      expect((await agent.call('POST', `${prefix}/host${query}`, { body: register })).body).toMatchObject({
        type: 'keepAlive',
        looptime: 30_000,
        host_id: host.id,
        resource_id: host.id,
        connection_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      });
      const old = await agent.call('POST', `${prefix}/host/${hostname}${query}`, {
        body: { version: '0.9' },
      });
      expect(old.body).toEqual({
        type: 'keepAlive',
        looptime: 30_000,
        host_id: host.id,
        resource_id: host.id,
      });
      const tolerated = [
        await agent.call('POST', `${prefix}/dstat/${hostname}${query}`, { body: { dstat: { cpu: [1] } } }),
        await agent.call('POST', `${prefix}/psaux/${hostname}${query}`, { body: { psaux: [{}] } }),
        await agent.call('PATCH', `${prefix}/resource/${host.id}/state${query}`, { body: { state: 'x' } }),
        await agent.call('PUT', `${prefix}/agent/${hostname}${query}`),
      ];
      expect(tolerated.map(({ status }) => status)).toEqual([200, 200, 204, 204]);
    }
  });
});

describe('a credential', () => {
  test('is what the agent’s credentials file holds, shown once, listed and revoked', async () => {
    const { body, status } = await makeCredential({ hostname: `listed-${made}` });
    expect(status).toBe(201);
    expect(body.supervisor).toEqual({
      api_url: app.url,
      client_id: body.id,
      client_secret: expect.stringMatching(/^[0-9a-f]{64}$/),
      client_customer: 'demo',
      client_hostname: `listed-${made}`,
    });
    const list = await app.request('GET', '/host/agent', { token });
    expect(list.text).not.toContain(body.supervisor.client_secret);
    expect(list.body).toContainEqual(expect.objectContaining({ id: body.id, hostname: `listed-${made}` }));
    const [entry] = await audit('agent.create', body.id);
    expect(entry).toMatchObject({ actor: 'admin@demo.test', details: { hostname: `listed-${made}` } });
    expect((await app.request('DELETE', `/host/agent/${body.id}`, { token })).status).toBe(204);
    expect((await app.request('GET', '/host/agent', { token })).body).not.toContainEqual(
      expect.objectContaining({ id: body.id }),
    );
  });

  test('that is revoked is dead at once, with its token', async () => {
    const { id } = await held();
    await app.request('DELETE', `/host/agent/${host.client}`, { token });
    expect((await agent.call('GET', '/demo/job')).status).toBe(401);
    expect(await agent.report(id, success)).toBe(401);
    await expect(agent.connect()).rejects.toThrow('401');
    expect((await jobOf(id)).lifecycle).toBe('started');
  });

  test('is for one bot: another hostname is refused and noted', async () => {
    const { status, body } = await agent.call('POST', '/demo/host', { body: { hostname: 'another' } });
    expect([status, (body as { code: string }).code]).toEqual([403, 'forbidden']);
    for (const [method, path] of [
      ['GET', '/demo/agent/another/config'],
      ['PUT', '/demo/agent/another'],
      ['GET', '/demo/job?hostname=another'],
      ['POST', '/demo/host/another'],
    ] as const)
      expect([path, (await agent.call(method, path)).status]).toEqual([path, 403]);
    const refused = (await audit('agent.register')).filter(({ outcome }) => outcome === 'refused');
    expect(refused[0]).toMatchObject({ actor: `agent ${host.hostname}`, details: { hostname: 'another' } });
  });

  test('without a name is for the first bot that registers with it', async () => {
    const { body } = await makeCredential();
    expect(body.supervisor.client_hostname).toBe('');
    const named = (client_hostname: string) =>
      existingAgent({ credentials: { ...body.supervisor, client_hostname }, scripts });
    await using first = named(`first-${made}`);
    await using second = named(`second-${made}`);
    await first.connect();
    await expect(second.connect()).rejects.toThrow('403');
    const list = await app.request('GET', '/host/agent', { token });
    expect(list.body).toContainEqual(expect.objectContaining({ id: body.id, hostname: `first-${made}` }));
  });

  test('without a name takes no bot over that is there', async () => {
    const { body } = await makeCredential();
    for (const name of [host.hostname, app.demo.host.hostname]) {
      const credentials = { ...body.supervisor, client_hostname: name };
      await using thief = existingAgent({ credentials, scripts });
      await expect(thief.connect()).rejects.toThrow('403');
    }
  });

  test('is not made for a name that a bot of ours has', async () => {
    const { status, body } = await makeCredential({ hostname: app.demo.host.hostname });
    expect([status, body.code]).toEqual([409, 'conflict']);
  });

  test('dies where a bot of ours takes its place', async () => {
    const { body } = await app.request('POST', '/host/enrollment', {
      token,
      body: { hostname: host.hostname },
    });
    await app.request('POST', '/bot/enroll', { body: { code: body.code, hostname: host.hostname } });
    expect((await agent.call('GET', '/demo/job')).status).toBe(401);
    const { body: now } = await app.request('GET', `/host/${host.id}`, { token });
    expect(now.kind).toBe('bot');
  });

  test('that is wrong is refused alike, whatever is wrong of it', async () => {
    const basic = (id: string, secret: string) =>
      `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
    const answers = [
      await agent.call('POST', '/token', { authorization: basic(host.client, '0'.repeat(64)) }),
      await agent.call('POST', '/token', { authorization: basic('f'.repeat(24), '0'.repeat(64)) }),
      await agent.call('POST', '/token', { authorization: basic('\0', '') }),
      await agent.call('POST', '/token', { authorization: 'Basic !' }),
      await agent.call('POST', '/token', { authorization: 'Nothing' }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401]);
    expect(answers[0]?.body).toEqual(answers[1]?.body);
  });

  test('with the name of another organization is refused', async () => {
    const { body } = await makeCredential({ hostname: `named-${made}` });
    const { client_id, client_secret } = body.supervisor;
    const authorization = `Basic ${Buffer.from(`${client_id}:${client_secret}`).toString('base64')}`;
    expect((await agent.call('POST', '/demo/token', { authorization })).status).toBe(200);
    expect((await agent.call('POST', '/token?customer=demo', { authorization })).status).toBe(200);
    expect((await agent.call('POST', '/other/token', { authorization })).status).toBe(401);
  });
});

/** How many polls the supervisor holds for bots now. */
async function waiting(): Promise<number> {
  const { text } = await app.request('GET', '/metrics');
  return Number(/^argus_bots_waiting (\d+)/m.exec(text)?.[1] ?? 0);
}
