import { createClient, type Client } from '@argus/client';
import type { BotInfo, RunInstruction, TaskCreate, WorkflowGraph } from '@argus/contract';
import { enrollFakeBot, fakeBot, type FakeBot } from '@argus/testing';
import { FULL_MACHINE } from './full-machine.ts';

/** Words as they go into the system: made longer and nasty by those who try that, at most so many characters. */
export type Wording = (words: string, max?: number) => string;

/** Which organization to fill, through whose token. */
interface Place {
  url: string;
  customer: string;
  token: string;
}

/** An organization with something of everything, so that no page of it is empty. Its bot works until it is disposed. */
export interface World extends Disposable {
  client: Client;
  /** Ids, by what they are. */
  ids: Record<
    | 'bot'
    | 'script'
    | 'task'
    | 'approval'
    | 'input'
    | 'message'
    | 'request'
    | 'paused'
    | 'ended'
    | 'failed'
    | 'broken'
    | 'running'
    | 'held'
    | 'waiting'
    | 'retried'
    | 'canceled'
    | 'asks'
    | 'fills'
    | 'workflow'
    | 'run'
    | 'runAsking'
    | 'schedule'
    | 'once'
    | 'webhook'
    | 'delivery'
    | 'refused'
    | 'channel'
    | 'rule'
    | 'member'
    | 'audited',
    string
  >;
  /** What stands behind `#` in the links that people get. */
  links: { invitation: string; reset: string };
}

const plain: Wording = (words) => words;
const ADMIN = 'admin@localhost';

/** Fills an organization in about two seconds: through the API, and by a bot that starts no process. */
export async function fillWorld({ url, customer, token }: Place, x: Wording = plain): Promise<World> {
  const client = createClient({ baseUrl: url, customer, token });
  const bot = await addBot(client, url, `web-1.${customer}`, x);
  const script = await addScript(client, x);
  const tasks = await addTasks(client, bot.id, script, x);
  const jobs = await addJobs(client, bot, tasks, script, x);
  const flows = await addWorkflow(client, bot, tasks, x);
  const [schedules, webhooks, people, channels] = await Promise.all([
    addSchedules(client, tasks.task, flows.workflow, x),
    addWebhooks(client, tasks.message, x),
    addPeople(client, tasks.task, customer, x),
    addChannels(client, tasks.task, x),
  ]);
  const [entry] = await client.listAudit({ query: { action: 'host.update', limit: 1 } });
  const audited = entry?.id ?? '';
  const ids = { bot: bot.id, script, ...tasks, ...jobs, ...flows, ...schedules, ...webhooks, ...channels };
  return {
    client,
    ids: { ...ids, member: people.member, audited },
    links: { invitation: people.invitation, reset: people.reset },
    [Symbol.dispose]: () => bot[Symbol.dispose](),
  };
}

interface Bot extends FakeBot {
  id: string;
}

async function addBot(client: Client, url: string, hostname: string, x: Wording): Promise<Bot> {
  const { code } = await client.createEnrollment({ body: {} });
  const { host_id: id, credential } = await enrollFakeBot(url, code, hostname);
  const bot = Object.assign(fakeBot({ url, credential }), { id });
  const info: BotInfo = {
    hostname,
    version: x('1.4.0', 64),
    os: 'linux',
    release: x('6.12.9-generic', 255),
    arch: 'x64',
    run_user: x('argus-run', 255),
    interpreters: { [x('bash', 64)]: x('5.2.37', 255), node: 'v26.10.0', python3: '3.14.1' },
    labels: ['linux', 'rack:7', 'region.eu-west_1'],
    capabilities: { [x('cgroup', 64)]: x('v2: kill, memory', 255) },
  };
  await bot
    .poll({ slots: 20, info, health: FULL_MACHINE, signal: AbortSignal.timeout(1_000) })
    .catch(() => []);
  await client.createEnrollment({ body: {} });
  await client.updateHost({ params: { id }, body: { labels: ['shop', 'gpu'] } });
  return bot;
}

async function addScript(client: Client, x: Wording): Promise<string> {
  const content = ['#!/bin/bash', `echo "deploying $1 to $2" # ${x('the shop')}`, 'exit 0', ''].join('\n');
  const { id } = await client.createScript({
    body: { filename: 'deploy.sh', description: x('Rolls out a version.', 10_000), content },
  });
  await client.updateScript({ params: { id }, body: { content: content.replace('exit 0', x('exit 3')) } });
  return id;
}

async function addTasks(client: Client, host_id: string, script_id: string, x: Wording) {
  const make = async (body: TaskCreate) =>
    (await client.createTask({ body: { acls: ['user'], tags: [x('shop', 100), 'deploy'], ...body } })).id;
  const option = (id: string) => ({ id: x(id, 1_000), label: x(`In ${id}`, 1_000) });
  const task = await make({
    name: x('Deploy the shop', 200),
    description: x('Rolls a version of the shop out, and says which hosts have it.', 20_000),
    host_id,
    script_id,
    run_as: x('bash %script%', 4_000),
    env: { REGION: x('eu-west') },
    timeout: 900,
    retries: { limit: 2, delay: 600 },
    limits: { memory_mb: 512 },
    task_arguments: [
      { type: 'input', label: x('Version', 200), help: x('As tagged, e.g. 2.4.1.', 2_000) },
      { type: 'select', label: x('Environment', 200), options: [option('staging'), option('production')] },
      { type: 'boolean', label: x('Restart workers', 200), value: 'true', required: false },
      { type: 'date', label: x('Not before', 200), required: false },
      { type: 'json', label: x('Overrides', 200), required: false, value: '{}' },
      { type: 'textarea', label: x('Notes', 200), required: false, value: x('none') },
      { type: 'input', label: x('Password', 200), masked: true, required: false },
      { type: 'file', label: x('Certificate', 200), required: false },
      { type: 'fixed', label: x('Mode', 200), value: x('rolling') },
    ],
  });
  const approval = await make({
    name: x('Approve the costs', 200),
    type: 'approval',
    approval: {
      people: [ADMIN],
      message: x('Is it within the budget?', 5_000),
      reason: 'on_reject',
      deadline: 86_400,
    },
    task_arguments: [{ type: 'input', label: x('Amount', 200) }],
  });
  const input = await make({
    name: x('Name the release', 200),
    type: 'input',
    inputs: { who: 'fixed', people: [ADMIN], message: x('What is it called?', 5_000) },
    task_arguments: [{ type: 'input', label: x('Name', 200), help: x('As on the page.', 2_000) }],
    triggers: [{ task, event: 'success' }],
  });
  const message = await make({
    name: x('Tell the team', 200),
    type: 'notification',
    notification: { subject: x('Deployed {0}', 500), body: x('All is well.', 20_000), recipients: [ADMIN] },
    task_arguments: [{ type: 'input', label: x('What', 200), required: false, value: x('the shop') }],
  });
  const request = await make({
    name: x('Ask the shop', 200),
    type: 'http',
    request: {
      url: `https://shop.example/health?of=${encodeURIComponent(x('all', 300))}`,
      method: 'POST',
      headers: { 'X-Reason': 'a look' },
      body: x('{"deep": true}'),
    },
  });
  const paused = (await client.copyTask({ params: { id: task }, body: { name: x('The old shop', 200) } })).id;
  await client.pauseTask({ params: { id: paused }, body: { reason: x('The old shop is closed.', 1_000) } });
  return { task, approval, input, message, request, paused };
}

type Tasks = Awaited<ReturnType<typeof addTasks>>;

/** Jobs in all states that there are, most of them ended by the bot. */
async function addJobs(client: Client, bot: Bot, tasks: Tasks, script_id: string, x: Wording) {
  const values = [
    x('2.4.1'),
    x('staging', 1_000),
    'true',
    null,
    '{"workers": 4}',
    x('none'),
    'open sesame',
    null,
  ];
  const run = async (id: string, task_arguments: unknown[], more: object = {}) =>
    (await client.runTask({ params: { id }, body: { task_arguments, ...more } })).id;
  const plainTask = async (name: string, more: Partial<TaskCreate>) =>
    (
      await client.createTask({
        body: { name: x(name, 200), host_id: bot.id, script_id, acls: ['user'], ...more },
      })
    ).id;
  const [failing, breaking, flaky, rendering] = await Promise.all([
    plainTask('Fails on purpose', {}),
    plainTask('Cannot start', {}),
    plainTask('Flaky upload', { retries: { limit: 5, delay: 600 } }),
    plainTask('Render', { host_id: null, host_labels: ['linux', 'gpu', 'rack:9'], expires_after: 3_600 }),
  ]);
  const [ended, failed, broken, running, retried] = await Promise.all([
    run(tasks.task, values),
    run(failing, []),
    run(breaking, []),
    run(tasks.task, values),
    run(flaky, []),
  ]);
  const taken = new Map((await bot.takeRuns(5, { slots: 20 })).map((one) => [one.job, one]));
  const of = (id: string) => taken.get(id) as RunInstruction;
  await Promise.all([ended, failed, running, retried].map((id) => bot.started(of(id))));
  for (const id of [ended, failed, running]) {
    const colours = '\u001B[1mstep 1\u001B[0m \u001B[32mok\u001B[0m  fetched 214 files\n';
    await bot.log(of(id), `${x('deploying 2.4.1 to staging', 200_000)}\n${colours}`);
    await bot.log(of(id), `${x('warning: the cache is cold')}\n`, { stream: 'stderr' });
    await bot.log(of(id), Array.from({ length: 60 }, (_, n) => `copied part ${n + 1} of 60\n`).join(''));
  }
  const result = JSON.stringify({
    state: 'success',
    data: [{ version: x('2.4.1'), seconds: 12, hosts: [x('web-1'), 'web-2'] }, x('done', 900_000)],
  });
  const nothing = { file: null, stdout: null, stderr: null };
  await bot.finish(of(ended), {
    result: { ...nothing, stdout: result },
    duration_ms: 4_200,
    left_running: [x('cache-warmer (pid 4242)', 200)],
    usage: { memory_bytes: 81_000_000, cpu_ms: 2_100 },
  });
  await bot.finish(of(failed), {
    exit_code: 3,
    duration_ms: 900,
    result: { ...nothing, stdout: JSON.stringify({ state: 'failure', data: [x('no space left')] }) },
  });
  await bot.finish(of(broken), {
    ending: 'not_started',
    exit_code: null,
    error: x('There is no bash.', 2_000),
  });
  await bot.finish(of(retried), { exit_code: 1 });
  const [held, waiting, canceled, asks] = await Promise.all([
    run(tasks.task, values, { lifecycle: 'onhold' }),
    run(rendering, []),
    run(rendering, []),
    run(tasks.approval, [x('250')]),
    run(tasks.message, [x('the shop')]),
    run(rendering, []),
  ]);
  await client.cancelJob({ params: { id: canceled } });
  const fills = await jobOf(client, tasks.input);
  return { ended, failed, broken, running, held, waiting, retried, canceled, asks, fills };
}

/** The job that a trigger made of a task. */
async function jobOf(client: Client, task: string): Promise<string> {
  for (;;) {
    const [job] = await client.listJobs({ query: { task } });
    if (job) return job.id;
  }
}

/** A workflow with a run that failed in one step, and one that waits for an approval. */
async function addWorkflow(client: Client, bot: Bot, tasks: Tasks, x: Wording) {
  const body: Parameters<Client['createWorkflow']>[0]['body'] & Pick<WorkflowGraph, 'edges'> = {
    name: x('Roll out the shop', 200),
    description: x('Deploys, asks, and tells people.', 20_000),
    tags: [x('shop', 100)],
    acls: ['user'],
    steps: [
      { id: 'deploy', task: tasks.task, name: x('Deploy it', 200), retries: 0 },
      { id: 'approve', task: tasks.approval, arguments: { 0: { value: x('99') } } },
      {
        id: 'tell',
        task: tasks.message,
        name: x('Tell people', 200),
        arguments: { 0: { value: x('all') } },
      },
      { id: 'alarm', task: tasks.message, name: x('Call who is on duty', 200), arguments: {} },
    ],
    edges: [
      { from: 'deploy', to: 'approve', when: { path: 'output[0].seconds', op: 'le', value: 60 } },
      { from: 'approve', to: 'tell' },
      { from: 'deploy', to: 'alarm', on: 'failure' },
    ],
  };
  const edges = [{ from: 'deploy', to: 'approve' }];
  const begun = { ...body, steps: body.steps.slice(0, 2), edges };
  const { id: workflow } = await client.createWorkflow({ body: begun });
  await client.updateWorkflow({ params: { id: workflow }, body: { steps: body.steps, edges: body.edges } });
  const task_arguments = [x('2.4.1'), x('staging', 1_000), 'true', null, '{}', x('none'), null, null];
  const start = async () =>
    (await client.runWorkflow({ params: { id: workflow }, body: { task_arguments } })).id;
  const run = await start();
  const [first] = await bot.takeRuns(1, { slots: 20 });
  await bot.started(first as RunInstruction);
  await bot.log(first as RunInstruction, `${x('no space left on device')}\n`);
  await bot.finish(first as RunInstruction, { exit_code: 7 });
  const runAsking = await start();
  const [second] = await bot.takeRuns(1, { slots: 20 });
  await bot.started(second as RunInstruction);
  await bot.finish(second as RunInstruction, {
    result: { file: null, stdout: JSON.stringify([{ seconds: 12, note: x('quick') }]), stderr: null },
  });
  return { workflow, run, runAsking };
}

async function addSchedules(client: Client, task: string, workflow: string, x: Wording) {
  const task_arguments = [x('2.4.1'), x('staging', 1_000), 'true', null, '{}', x('none'), null, null];
  const timezone = 'America/New_York';
  const schedule = await client.createTaskSchedule({
    params: { id: task },
    body: {
      name: x('every night', 200),
      repeatEvery: '30 2 * * *',
      timezone,
      task_arguments,
      overlap: 'queue',
    },
  });
  const once = await client.createWorkflowSchedule({
    params: { id: workflow },
    body: {
      name: x('the launch', 200),
      runDate: '2031-03-01T09:00:00',
      timezone: 'Europe/Berlin',
      task_arguments,
    },
  });
  await client.pauseSchedule({ params: { id: once.id } });
  return { schedule: schedule.id, once: once.id };
}

async function addWebhooks(client: Client, listener: string, x: Wording) {
  const webhook = await client.createWebhook({
    body: {
      name: x('Released versions', 200),
      description: x('GitHub calls it for acme/shop.', 20_000),
      auth: 'github',
      tags: [x('github', 100)],
      acls: ['user'],
      filter: {
        all: [
          { path: 'body.action', op: 'in', value: ['released', x('published')] },
          { path: 'body.release.draft', op: 'ne', value: true },
        ],
      },
    },
  });
  await client.createWebhook({ body: { name: x('From the shop', 200), enable: false } });
  const params = { id: webhook.id };
  await client.updateTask({
    params: { id: listener },
    body: { triggers: [{ webhook: webhook.id, event: 'trigger' }] },
  });
  await client.triggerWebhook({ params, body: { action: x('edited') } });
  await fetch(webhook.url ?? '', {
    method: 'POST',
    body: x('who knows'),
    headers: { 'user-agent': 'shop/2' },
  });
  const release = { tag_name: x('2.4.1'), draft: false, name: x('The winter release') };
  const { delivery_id } = await client.triggerWebhook({ params, body: { action: 'released', release } });
  const deliveries = await client.listDeliveries({ params });
  const refused = deliveries.find(({ outcome }) => outcome === 'refused')?.id ?? '';
  return { webhook: webhook.id, delivery: delivery_id, refused };
}

async function addPeople(client: Client, task: string, customer: string, x: Wording) {
  const member = (name: string, more: object = {}) =>
    client.createMember({
      body: {
        user: { name: x(name, 200), email: `${name}.${customer}@example.org`, ...more },
        credential: 'user',
        tags: [x('team:ops', 200)],
      },
    });
  const invited = await member('ines');
  const known = await member('kim', { password: 'a long password' });
  const reset = await client.resetMember({ params: { id: known.id } });
  await client.createToken({ body: { name: x('deploy pipeline', 200), role: 'user', tasks: [task] } });
  await client.createToken({
    body: { name: x('for a week', 200), role: 'viewer', expires: '2031-01-01T00:00:00Z' },
  });
  const soon = new Date(Date.now() + 3 * 86_400_000).toISOString();
  await client.createToken({ body: { name: x('for a trial', 200), role: 'user', expires: soon } });
  const description = x('Of the role that makes the backups', 500);
  await client.createSecret({ body: { name: 'DB_PASSWORD', value: 'correct horse battery', description } });
  await client.updateTask({ params: { id: task }, body: { env: { PGPASSWORD: '{secret:DB_PASSWORD}' } } });
  await client.createAgentCredential({ body: {} });
  const behind = (link: string | null | undefined) => link?.split('#')[1] ?? '';
  return { member: known.id, invitation: behind(invited.invitation?.link), reset: behind(reset.link) };
}

async function addChannels(client: Client, task: string, x: Wording) {
  const channel = await client.createChannel({
    body: { name: x('On duty', 200), type: 'webhook', url: 'https://duty.example/argus' },
  });
  await client.createChannel({
    body: { name: x('The team', 200), type: 'email', addresses: ['team@example.org'] },
  });
  const rule = await client.createNotificationRule({
    body: {
      name: x('Whatever fails in the shop', 200),
      emitter: { type: 'task', id: task },
      events: ['failure', 'timeout'],
      channels: [channel.id],
      members: [ADMIN],
      log_lines: 10,
    },
  });
  await client.createNotificationRule({
    body: { name: x('All of the shop', 200), tag: x('shop', 100), recovered: true, members: [ADMIN] },
  });
  return { channel: channel.id, rule: rule.id };
}
