import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createClient, type Client } from '@argus/client';
import type { Task } from '@argus/contract';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browserPath, launchBrowser, openPage, signIn } from './browser.ts';
import { startServer, type Server } from './server.ts';

const folder = process.env['ARGUS_SCREENSHOTS'];

/** The same pages in each of these looks. */
const LOOKS = {
  light: { colorScheme: 'light', viewport: { width: 1280, height: 860 } },
  dark: { colorScheme: 'dark', viewport: { width: 1280, height: 860 } },
  narrow: { colorScheme: 'light', viewport: { width: 360, height: 740 } },
} as const;

describe.skipIf(!browserPath || !folder)('pictures of every page', () => {
  let server: Server;
  let browser: Browser;
  let ids: Awaited<ReturnType<typeof furnish>>;

  beforeAll(async () => {
    server = await startServer();
    browser = await launchBrowser();
    ids = await furnish(server);
    await mkdir(folder ?? '', { recursive: true });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.[Symbol.asyncDispose]();
  });

  test.each(Object.entries(LOOKS))(
    '%s',
    async (look, options) => {
      await using visit = await openPage(browser, options);
      const { page } = visit;
      const shoot = (name: string) => page.screenshot({ path: join(folder ?? '', `${name}-${look}.png`) });
      await page.goto(`${server.url}/app/login`);
      await settled(page);
      await shoot('login');
      await signIn(page, server);
      for (const [name, path] of Object.entries(pages(ids))) {
        await page.goto(`${server.url}/app/${server.customer}/${path}`);
        await settled(page);
        await shoot(name);
        await expectNoSideways(page, name);
        if (name === 'job-running') await page.waitForTimeout(1_500);
        const height = await page.evaluate<number>('document.documentElement.scrollHeight');
        if (height > options.viewport.height + 60)
          await page.screenshot({ path: join(folder ?? '', `${name}-whole-${look}.png`), fullPage: true });
      }
      await page.goto(`${server.url}/app/${server.customer}/tasks/import`);
      await page.getByLabel('Or its text').fill(JSON.stringify(RECIPE));
      await page.getByRole('button', { name: 'Import', exact: true }).click();
      await page.getByText('is imported').waitFor();
      await shoot('task-imported');
      await expectNoSideways(page, 'task-imported');
      await page.goto(`${server.url}/app/${server.customer}/tasks/${ids.asking}`);
      await page.getByRole('button', { name: 'Export' }).click();
      await settled(page);
      await shoot('task-export');
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Run', exact: true }).click();
      await settled(page);
      await shoot('run-dialog');
      await page.getByRole('dialog').getByRole('button', { name: 'Run', exact: true }).click();
      await settled(page);
      await shoot('run-dialog-errors');
      for (const item of ['Copy…', 'Pause…', 'Empty queue…', 'Delete…']) {
        await page.goto(`${server.url}/app/${server.customer}/tasks/${ids.asking}`);
        await page.getByRole('button', { name: 'More actions' }).click();
        await page.getByRole('menuitem', { name: item }).click();
        await settled(page);
        await shoot(`task-${item.split(/\W/)[0]?.toLowerCase()}`);
      }
      expect(visit.complaints).toEqual([]);
    },
    120_000,
  );
});

/** As another system exports a task: with something to adapt, to leave out and to fill in. */
const RECIPE = {
  task: {
    type: 'script',
    name: 'Check certificate',
    script_runas: 'bash',
    timeout: 600_000,
    hostname: 'Apache3',
    acl: ['ops@example.org'],
    env: { THEEYE_JOB: '{}', KEY: '' },
    task_arguments: [{ order: 0, type: 'fixed', label: 'port', value: '' }],
  },
  file: { filename: 'check cert.sh', data: 'ZWNobyBjaGVja2VkCg==' },
};

function pages({
  asking,
  ended,
  failed,
  held,
  paused,
  retried,
  running,
  script,
  waiting,
  webhook,
  delivery,
  workflow,
  workflowRun,
}: Awaited<ReturnType<typeof furnish>>) {
  return {
    tasks: 'tasks',
    'tasks-none': 'tasks?q=nothing',
    'tasks-tag': 'tasks?tag=deploy',
    'task-paused': `tasks/${paused}`,
    task: `tasks/${asking}`,
    'task-edit': `tasks/${asking}/edit`,
    'task-new': 'tasks/new',
    'job-running': `jobs/${running}`,
    'job-ended': `jobs/${ended}`,
    'job-failed': `jobs/${failed}`,
    'job-held': `jobs/${held}`,
    jobs: 'jobs',
    'jobs-running-first': 'jobs?first=running',
    queue: 'queue',
    'job-waiting': `jobs/${waiting}`,
    'job-retried': `jobs/${retried}`,
    scripts: 'scripts',
    script: `scripts/${script}`,
    'script-new': 'scripts/new',
    'script-versions': `scripts/${script}/versions?from=1&to=2`,
    'script-uses': `scripts/${script}/uses`,
    'task-import': 'tasks/import',
    bots: 'bots',
    tokens: 'settings/credentials/integration-tokens',
    members: 'settings/members',
    webhooks: 'webhooks',
    webhook: `webhooks/${webhook}`,
    'webhook-new': 'webhooks/new',
    'webhook-edit': `webhooks/${webhook}/edit`,
    delivery: `webhooks/${webhook}/deliveries/${delivery}`,
    audit: 'settings/audit',
    workflows: 'workflows',
    workflow: `workflows/${workflow}`,
    'workflow-edit': `workflows/${workflow}/edit`,
    'workflow-new': 'workflows/new',
    'workflow-run': `workflows/${workflow}/runs/${workflowRun}`,
    nowhere: 'nowhere',
  };
}

/** Enough of everything that no page is empty. */
async function furnish({ url, customer, token }: Server) {
  const client = createClient({ baseUrl: url, customer, token });
  const [host] = await client.listHosts();
  const content = [
    '#!/bin/bash',
    'echo "deploying $1 to $2"',
    String.raw`printf '\033[1mstep 1\033[0m \033[32mok\033[0m  fetched 214 files\n'`,
    'echo "warning: the cache is cold" >&2',
    String.raw`printf '\033[1mstep 2\033[0m \033[33mslow\033[0m warming up\n'`,
    'for i in $(seq 1 60); do echo "copied part $i of 60"; done',
    `echo '{"state":"success","data":[{"version":"2.4.1","seconds":12,"hosts":["web-1","web-2"]}]}'`,
  ].join('\n');
  const script = await client.createScript({ body: { filename: 'deploy.sh', content } });
  const changed = content.replace('seq 1 60', 'seq 1 80').replace('step 2', 'step two');
  await client.updateScript({ params: { id: script.id }, body: { content: changed } });
  const task = await client.createTask({
    body: {
      name: 'Deploy the shop',
      description: 'Rolls a version of the shop out to one environment, and says which hosts have it.',
      host_id: host?.id ?? null,
      script_id: script.id,
      run_as: 'bash %script%',
      tags: ['deploy', 'shop'],
      acls: ['user'],
      env: { REGION: 'eu-west', LOG_LEVEL: 'info' },
      timeout: 900,
      task_arguments: [
        { type: 'input', label: 'Version', help: 'As tagged, e.g. 2.4.1.', pattern: '^\\d+\\.\\d+\\.\\d+$' },
        {
          type: 'select',
          label: 'Environment',
          options: [
            { id: 'staging', label: 'Staging' },
            { id: 'production', label: 'Production' },
          ],
        },
        { type: 'boolean', label: 'Restart workers', value: 'true', required: false },
        { type: 'date', label: 'Not before', required: false },
        { type: 'json', label: 'Overrides', required: false, value: '{}' },
        { type: 'input', label: 'Approval code', masked: true, required: false },
        { type: 'fixed', label: 'Mode', value: 'rolling' },
      ],
    },
  });
  const values = ['2.4.1', 'staging', 'true', null, '{}', 'open sesame'];
  const done = await client.runTask({ params: { id: task.id }, body: { task_arguments: values } });
  const tasks = await client.listTasks();
  const run = async (name: string, ...task_arguments: string[]) => {
    const id = tasks.find((one) => one.name === name)?.id ?? '';
    return client.runTask({ params: { id }, body: { task_arguments } });
  };
  const failed = await run('Fails on purpose');
  await run('Disk report', '99');
  await Promise.all([client.waitForJob(done.id), client.waitForJob(failed.id)]);
  const running = await run('Slow ticker', '300');
  const held = await client.runTask({
    params: { id: task.id },
    body: { task_arguments: values, lifecycle: 'onhold' },
  });
  const { waiting, retried } = await fillQueue(client, task);
  const paused = await client.copyTask({ params: { id: task.id }, body: { name: 'Deploy the old shop' } });
  await client.pauseTask({ params: { id: paused.id }, body: { reason: 'The old shop is closed.' } });
  const { workflow, workflowRun } = await runWorkflow(client, [done.task_id, failed.task_id]);
  await client.createToken({ body: { name: 'deploy pipeline', role: 'user' } });
  await client.createMember({
    body: {
      user: { name: 'Ines Okafor', email: 'ines@example.org', password: 'a long password' },
      credential: 'user',
    },
  });
  return {
    asking: task.id,
    ended: done.id,
    failed: failed.id,
    held: held.id,
    paused: paused.id,
    retried,
    running: running.id,
    script: script.id,
    waiting,
    workflow,
    workflowRun,
    ...(await callWebhook(client, task.id)),
  };
}

/** A webhook with deliveries of each kind. */
async function callWebhook(client: Client, task: string) {
  const webhook = await client.createWebhook({
    body: {
      name: 'Released versions',
      description: 'GitHub calls it for acme/shop.',
      auth: 'github',
      tags: ['github'],
      acls: ['user'],
      filter: {
        all: [
          { path: 'body.action', op: 'in', value: ['released', 'published'] },
          { path: 'body.release.draft', op: 'ne', value: true },
        ],
      },
    },
  });
  await client.createWebhook({ body: { name: 'From the shop', enable: false } });
  const params = { id: webhook.id };
  await client.createTask({
    body: { name: 'Announce a version', triggers: [{ webhook: webhook.id, event: 'trigger' }] },
  });
  await client.updateTask({
    params: { id: task },
    body: { triggers: [{ webhook: webhook.id, event: 'trigger' }] },
  });
  await client.triggerWebhook({ params, body: { action: 'edited' } });
  await fetch(webhook.url ?? '', { method: 'POST', body: 'who knows' });
  const body = {
    action: 'released',
    release: { tag_name: '2.4.1', draft: false, name: 'The winter release' },
  };
  const { delivery_id } = await client.triggerWebhook({ params, body });
  return { webhook: webhook.id, delivery: delivery_id };
}

/** A workflow with a run that went one way and failed there. */
async function runWorkflow(client: Client, [deploys = '', fails = '']: readonly string[]) {
  const { id: workflow } = await client.createWorkflow({
    body: {
      name: 'Roll out the shop',
      description: 'Deploys, looks whether all is well, and tells people.',
      tags: ['shop'],
      steps: [
        { id: 'deploy', task: deploys },
        { id: 'check', task: fails, name: 'Check the shop' },
        { id: 'again', task: deploys, name: 'Deploy everywhere', arguments: {} },
        { id: 'alarm', task: fails, name: 'Call who is on duty' },
      ],
      edges: [
        { from: 'deploy', to: 'check', when: { path: 'output[0].seconds', op: 'le', value: 60 } },
        { from: 'check', to: 'again' },
        { from: 'check', to: 'alarm', on: 'failure' },
      ],
    },
  });
  const values = ['2.4.1', 'staging', 'true', null, '{}', 'open sesame'];
  const run = await client.runWorkflow({ params: { id: workflow }, body: { task_arguments: values } });
  return { workflow, workflowRun: run.id };
}

/** Jobs that wait for as many reasons as one bot allows. */
async function fillQueue(client: Client, { host_id, script_id }: Task) {
  const wait = async (name: string, more: object, times: number) => {
    const run_as = 'sh -c "sleep 2; exit 3" %script%';
    const made = await client.createTask({ body: { name, host_id, script_id, run_as, ...more } });
    for (let time = 1; time < times; time += 1) await client.runTask({ params: { id: made.id } });
    return client.runTask({ params: { id: made.id } });
  };
  const labels = { host_id: null, host_labels: ['linux', 'gpu', 'rack:7'] };
  await wait('Render', labels, 2);
  const retried = await wait('Flaky upload', { retries: { limit: 5, delay: 600 } }, 1);
  const waiting = await wait(
    'Back up',
    { multitasking: false, run_as: 'sh -c "sleep 600" %script%', expires_after: 3_600 },
    3,
  );
  return { waiting: waiting.id, retried: retried.id };
}

async function settled(page: Page): Promise<void> {
  await page.locator('.mantine-Skeleton-root, .mantine-Loader-root').first().waitFor({ state: 'detached' });
  await page.waitForTimeout(400);
}

/** A page that is wider than its window is broken on a telephone. */
async function expectNoSideways(page: Page, name: string): Promise<void> {
  const { scrollWidth, clientWidth } = await page.evaluate<{ scrollWidth: number; clientWidth: number }>(
    '({ scrollWidth: document.documentElement.scrollWidth, clientWidth: document.documentElement.clientWidth })',
  );
  const excess = scrollWidth - clientWidth;
  expect(excess, `${name} is wider than its window`).toBeLessThanOrEqual(0);
}
