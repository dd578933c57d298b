import type { Job, Queue, QueueEntry } from '@argus/contract';
import {
  createTestDatabase,
  fakeBot,
  until,
  type FakeBot,
  type PollOptions,
  type TestDatabase,
} from '@argus/testing';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { newId } from '../../platform/ids.ts';
import { addHost, addTask, startTestApp, type TestApp } from '../../testing/index.ts';
import { beforeStatement, headsStatement } from './statements/queue.ts';

const resources = new AsyncDisposableStack();
let database: TestDatabase;
let app: TestApp;
let token: string;
let hostId: string;
let hostname: string;
let bot: FakeBot;
let made = 0;
beforeAll(async () => {
  database = resources.use(await createTestDatabase());
  app = resources.use(await startTestApp(database.connection));
  token = app.demo.people.admin.token;
});
afterAll(() => resources.disposeAsync());

beforeEach(async () => {
  hostname = `bot-${++made}`;
  const host = await addHost(app.db, app.demo.id, hostname);
  hostId = host.id;
  app.keepSecret(host.credential);
  bot = fakeBot({ url: app.url, credential: host.credential });
});
afterEach(() => bot[Symbol.dispose]());

async function task(values: object = {}): Promise<string> {
  const { body } = await app.request('POST', '/task', {
    token,
    body: {
      name: 'Waits',
      host_id: hostId,
      script_id: app.demo.script.id,
      run_as: 'sh %script%',
      acls: ['user'],
      ...values,
    },
  });
  return body.id as string;
}
const run = async (id: string, query = ''): Promise<string> =>
  (await app.request('POST', `/task/${id}/job${query}`, { token })).body.id as string;
const set = (body: object, id = hostId) => app.request('PATCH', `/host/${id}`, { token, body });
const entry = async (job: string, as = token): Promise<QueueEntry> =>
  (await app.request('GET', `/job/${job}/queue`, { token: as })).body as QueueEntry;
const queues = async (query = '', as = token): Promise<Queue[]> =>
  (await app.request('GET', `/queue?host=${hostId}${query}`, { token: as })).body as Queue[];

/** The bot polls until it was heard of, then it is silent. */
async function appear(options: PollOptions = {}): Promise<void> {
  const leaving = new AbortController();
  const polled = bot.poll({ ...options, signal: leaving.signal }).catch(() => undefined);
  await until(
    async () => (await app.request('GET', `/host/${hostId}`, { token })).body.last_seen_at !== null,
  );
  leaving.abort();
  await polled;
}

/** The bot holds jobs in each of so many slots; answers them. */
async function busy(slots = 1) {
  const id = await task({ name: 'Busy' });
  for (let n = 0; n < slots; n += 1) await run(id);
  return bot.takeRuns(slots, { slots });
}

test('a job waits for a full bot, and for what stands before it there, by priority and age', async () => {
  const [running] = await busy();
  const id = await task();
  const [first, second, urgent] = [await run(id), await run(id), await run(id, '?priority=5')];
  expect(await entry(first)).toMatchObject({
    waits_for: 'bot_full',
    reason: `bot ${hostname} runs 1 of 1 job, and one job stands before it`,
    jobs_before: 1,
    next_before: [urgent],
    job: { id: first, hostname },
  });
  expect(await entry(second)).toMatchObject({ jobs_before: 2, next_before: [urgent, first] });
  expect(await queues()).toMatchObject([
    {
      host_id: hostId,
      hostname,
      labels: [],
      waiting: 3,
      bots: 1,
      running: 1,
      slots: 1,
      jobs: [
        { job: { id: urgent }, jobs_before: 0, waits_for: 'bot_full' },
        { job: { id: first }, jobs_before: 1 },
        { job: { id: second }, jobs_before: 2, next_before: [urgent, first] },
      ],
    },
  ]);
  // once it is handed out it waits no more
  await bot.finish(running!);
  await bot.takeRuns(1, { slots: 1 });
  expect(await entry(urgent)).toBeNull();
});

test('a job of labels that no bot carries names the nearest bot, and its turn comes with the label', async () => {
  const rack = `rack:${hostname}`;
  await set({ labels: ['gpu', hostname] });
  await appear();
  const id = await task({ host_id: null, host_labels: ['gpu', hostname, rack] });
  const job = await run(id);
  expect(await entry(job)).toMatchObject({
    waits_for: 'no_bot',
    reason: `no bot carries ${hostname}, gpu and ${rack}; nearest: ${hostname} lacks ${rack}`,
    jobs_before: 0,
  });
  await set({ labels: ['gpu', hostname, rack] });
  expect(await entry(job)).toMatchObject({ waits_for: 'turn' });
  const [queue] = await queues();
  expect(queue).toMatchObject({
    host_id: null,
    hostname: null,
    labels: [hostname, 'gpu', rack],
    bots: 1,
    waiting: 1,
  });
  expect((await bot.takeRuns())[0]?.job).toBe(job);
});

test('what a bot may take from other queues stands before a job as well', async () => {
  await set({ labels: [`only-${hostname}`] });
  await busy();
  const ofLabels = await run(await task({ host_id: null, host_labels: [`only-${hostname}`] }));
  const own = await run(await task());
  const laterOfLabels = await run(await task({ host_id: null, host_labels: [`only-${hostname}`] }));
  expect(await entry(own)).toMatchObject({ jobs_before: 1, next_before: [ofLabels] });
  expect(await entry(laterOfLabels)).toMatchObject({ jobs_before: 2, next_before: [ofLabels, own] });
});

test('a bot that is disabled, draining, silent or new is named', async () => {
  const job = await run(await task());
  expect((await entry(job)).reason).toBe(`bot ${hostname} was never heard of: start it`);
  await app.db.once(`update hosts set last_seen_at = now() - interval '5 minutes 10 seconds' where id = $1`, [
    hostId,
  ]);
  expect(await entry(job)).toMatchObject({
    waits_for: 'bot_away',
    reason: `bot ${hostname} was last heard of 5 minutes ago`,
  });
  await set({ disabled: true });
  expect(await entry(job)).toMatchObject({ waits_for: 'bot_disabled' });
  await set({ disabled: false });
  await app.db.once('update hosts set last_seen_at = null where id = $1', [hostId]);
  await appear({ draining: true });
  expect((await entry(job)).reason).toMatch(/is draining/);
});

test('limits are told: of the task, with one at a time or more, and of the organization', async () => {
  const two = await task({ name: 'Two', max_running: 2 });
  const jobs = [await run(two), await run(two), await run(two), await run(two)] as const;
  await bot.takeRuns(2);
  expect(await entry(jobs[2])).toMatchObject({
    waits_for: 'task_limit',
    reason: 'task "Two" runs 2 of at most 2 jobs',
    jobs_before: 0,
  });
  expect(await entry(jobs[3])).toMatchObject({
    waits_for: 'task_limit',
    jobs_before: 1,
    next_before: [jobs[2]],
  });
  const single = await task({ name: 'One', multitasking: false });
  const [, later] = [await run(single), await run(single)];
  await bot.takeRuns(1);
  expect(await entry(later)).toMatchObject({
    waits_for: 'task_limit',
    reason: 'task "One" runs 1 of at most 1 job',
  });
  // what is blocked by its own limit stands before nothing else
  const { body } = await app.request('GET', '/job/running?limit=1000', { token });
  const held = body.filter(({ assigned_at }: Job) => assigned_at !== null).length as number;
  await app.db.once('update customers set max_running = $2 where id = $1', [app.demo.id, held]);
  try {
    expect(await entry(await run(await task()))).toMatchObject({
      waits_for: 'customer_limit',
      reason: `organization demo runs ${held} of at most ${held} jobs`,
      jobs_before: 0,
    });
  } finally {
    await app.db.once('update customers set max_running = null where id = $1', [app.demo.id]);
  }
});

test('a retry tells when it is due, a held job who holds it; both are in no line', async () => {
  const retried = await run(await task({ retries: { limit: 3, delay: 40 } }));
  const [attempt] = await bot.takeRuns();
  await bot.finish(attempt!, { exit_code: 3 });
  const due = await entry(retried);
  expect(due).toMatchObject({ waits_for: 'due', jobs_before: null, job: { attempt: 1 } });
  expect(due.reason).toMatch(/^its next attempt is due in (40|39|38) s$/);

  const held = await run(await task());
  await app.request('PUT', `/job/${held}/hold`, { token });
  expect(await entry(held)).toMatchObject({
    waits_for: 'person',
    reason: `held by ${app.demo.people.admin.email}: resume it to let it start`,
    jobs_before: null,
  });
  const [queue] = await queues();
  expect(queue?.jobs.map(({ job }) => job.id)).toEqual([retried, held]);
});

test('the queue shows a caller what the list of jobs shows, and counts the rest', async () => {
  await busy();
  const secretId = await task({ acls: [] });
  const hidden = await run(secretId);
  const shown = await run(await task());
  const user = app.demo.people.user.token;
  expect(await queues('', user)).toMatchObject([
    { waiting: 2, jobs: [{ job: { id: shown }, jobs_before: 1, next_before: [] }] },
  ]);
  expect(await queues(`&task=${secretId}`)).toMatchObject([{ jobs: [{ job: { id: hidden } }] }]);
  expect((await app.request('GET', `/job/${hidden}/queue`, { token: user })).status).toBe(404);
  const theirs = await app.request('GET', '/queue', { token: app.other.people.admin.token });
  expect(theirs.body).toEqual([]);
});

test('a limit leaves the head of every queue in sight', async () => {
  const other = await addHost(app.db, app.demo.id, `${hostname}-too`);
  const label = `small-${hostname}`;
  await set({ labels: [label] });
  await set({ labels: [label] }, other.id);
  const [mine, pooled] = [await task(), await task({ host_id: null, host_labels: [label] })];
  for (let n = 0; n < 4; n += 1) await run(mine);
  const inPool = await run(pooled);
  const heads = await queues('&limit=2');
  expect(heads.map(({ jobs }) => jobs.length)).toEqual([1, 1]);
  expect(heads[0]).toMatchObject({ hostname, waiting: 4 });
  expect(heads[1]).toMatchObject({ labels: [label], jobs: [{ job: { id: inPool } }] });
});

interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  Plans?: PlanNode[];
}

/** Making so many jobs takes 4 s, and a minute where other tests have the machine. */
const FILLING_MS = 180_000;

test(
  '200,000 waiting jobs are neither read nor sorted to show where a queue begins and where a job stands',
  async () => {
    const COUNTED = 1_000;
    const LIMIT = 100;
    await using large = await createTestDatabase();
    await using crowd = await startTestApp(large.connection);
    const { demo, db } = crowd;
    const { id: taskId } = await addTask(crowd.platform, demo.id, {
      host_id: demo.host.id,
      script_id: demo.script.id,
    });
    // two looks at other tables for each row would take most of this test's time
    await db.once(
      'alter table jobs drop constraint jobs_task_id_fkey, drop constraint jobs_host_id_fkey',
      [],
    );
    const prefix = newId().slice(0, 16);
    await db.once(
      `insert into jobs (id, customer_id, task_id, task_version, name, host_id, lifecycle, priority, timeout, script_id, script_version, origin, started_by)
     select $1 || lpad(to_hex(n), 8, '0'), $2, $3, 1, 'Many', $4, 'ready', n % 3, 600, $5, 1, 'api', 'a test' from generate_series(1, 200000) n`,
      [prefix, demo.id, taskId, demo.host.id, demo.script.id],
    );
    await db.once('analyze jobs', []);
    const job = `${prefix}${(150_000).toString(16).padStart(8, '0')}`;

    const heads = headsStatement({
      visible: { sql: 'j.customer_id = $1', values: [demo.id] },
      limit: LIMIT,
      scan: LIMIT,
      host: undefined,
      task: undefined,
    });
    const before = { text: beforeStatement(COUNTED), values: [[job], [demo.host.id]] };
    for (const { text, values } of [heads, before]) {
      const [row] = await db.once<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
        `explain (analyze, format json) ${text}`,
        values,
      );
      const nodes = flat(row!['QUERY PLAN'][0].Plan);
      const onJobs = nodes.filter((node) => node['Relation Name'] === 'jobs');
      expect(onJobs.filter((node) => node['Node Type'] === 'Seq Scan')).toEqual([]);
      const read = onJobs.reduce(
        (sum, node) =>
          sum + (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'],
        0,
      );
      // two ranges, each counted to its end, and a look at every other part of the queue
      expect(read).toBeLessThan(3 * COUNTED);
    }
    const answer = await crowd.request('GET', `/job/${job}/queue`, { token: demo.people.admin.token });
    expect(answer.body).toMatchObject({ jobs_before: 10_000, waits_for: 'bot_away' });
    const list = await crowd.request('GET', '/queue', { token: demo.people.admin.token });
    expect(list.body).toMatchObject([{ waiting: COUNTED, jobs: { length: LIMIT } }]);
  },
  FILLING_MS,
);

function flat(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(flat)];
}
