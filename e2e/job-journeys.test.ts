import { createClient, type Client } from '@argus/client';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { adminSession, browserPath, launchBrowser, openPage, type Session } from './browser.ts';
import { startServer, type Server } from './server.ts';

/** As long as the page's own steps may take. */
const WAIT = { timeout: 15_000 };

describe.skipIf(!browserPath)('jobs in the web page', { timeout: 60_000 }, () => {
  let server: Server;
  let client: Client;
  let browser: Browser;
  let session: Session;
  /** A task that shows how long its second argument is, which is masked. */
  let task: string;

  beforeAll(async () => {
    server = await startServer();
    client = createClient({ baseUrl: server.url, customer: server.customer, token: server.token });
    browser = await launchBrowser();
    session = await adminSession(browser, server);
    const [host] = await client.listHosts();
    const content = 'echo "place $1"\necho "code of ${#2} characters"\n';
    const script = await client.createScript({ body: { filename: 'unlock.sh', content } });
    const made = await client.createTask({
      body: {
        name: 'Unlock',
        host_id: host?.id ?? null,
        script_id: script.id,
        run_as: 'bash %script%',
        task_arguments: [
          { type: 'input', label: 'Place' },
          { type: 'input', label: 'Code', masked: true },
        ],
      },
    });
    task = made.id;
  });
  afterAll(async () => {
    await browser?.close();
    await server?.[Symbol.asyncDispose]();
  });
  const jobPage = (id: string) => `${server.url}/app/${server.customer}/jobs/${id}`;

  test('a job is made on hold, says who holds it, and runs once it is resumed', async () => {
    await using visit = await openPage(browser, { storageState: session });
    const { page, complaints } = visit;
    await page.goto(`${server.url}/app/${server.customer}/tasks/${task}`);
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await page.getByLabel('Place').fill('cellar');
    await page.getByLabel('Code', { exact: false }).first().fill('1234');
    await page.getByText('Priority, later start').click();
    await page.getByLabel('Priority').fill('9');
    await page.getByRole('switch', { name: 'keep it on hold' }).check();
    await page.getByRole('dialog').getByRole('button', { name: 'Run', exact: true }).click();
    await page.getByText(`Held by ${server.admin.email}`).waitFor();
    expect(await page.locator('[data-lifecycle]').first().getAttribute('data-lifecycle')).toBe('onhold');
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.getByRole('log').getByText('place cellar').waitFor();
    await page.locator('[data-state="success"]').first().waitFor();
    const id = page.url().split('/').at(-1) ?? '';
    expect(await client.getJob({ params: { id } })).toMatchObject({ priority: 9, origin: 'user' });
    expect(complaints).toEqual([]);
  });

  test('a waiting job is held and let go from its page', async () => {
    const [host] = await client.listHosts();
    const enrolled = await client.listTasks({ query: { where: { name: 'Slow ticker' } } });
    const script = enrolled[0]?.script_id ?? null;
    const single = await client.createTask({
      body: {
        name: 'One at a time',
        host_id: host?.id ?? null,
        script_id: script,
        run_as: 'bash %script%',
        multitasking: false,
        task_arguments: [{ type: 'fixed', value: '300' }],
      },
    });
    const run = () => client.runTask({ params: { id: single.id } });
    const first = await run();
    const second = await run();
    await using visit = await openPage(browser, { storageState: session });
    const { page, complaints } = visit;
    await page.goto(jobPage(second.id));
    await page.getByRole('button', { name: 'Hold' }).click();
    await page.getByText(`Held by ${server.admin.email}`).waitFor();
    await client.cancelJob({ params: { id: first.id } });
    await client.waitForJob(first.id);
    expect(await client.getJob({ params: { id: second.id } })).toMatchObject({ lifecycle: 'onhold' });
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.getByRole('log').getByText('tick 1 of 300').waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.locator('[data-state="canceled"]').first().waitFor();
    expect(complaints).toEqual([]);
  });

  test('a job with a masked value is restarted with it, and asks for it where values change', async () => {
    const body = { task_arguments: ['cellar', 'open sesame'] };
    const { id } = await client.runTask({ params: { id: task }, body });
    await client.waitForJob(id);
    await using visit = await openPage(browser, { storageState: session });
    const { page, complaints } = visit;
    await page.goto(jobPage(id));
    await page.getByRole('region', { name: 'Inputs' }).getByText('masked').waitFor();
    await page.getByRole('button', { name: 'Restart' }).click();
    await page.waitForURL((url) => !url.pathname.endsWith(id));
    await page.getByRole('log').getByText('code of 11 characters').waitFor();
    await page
      .getByRole('region', { name: 'Details' })
      .getByRole('link', { name: id.slice(-6) })
      .click();
    await page.waitForURL(jobPage(id));
    await page.getByText('Repeated by').waitFor();

    await page.getByRole('button', { name: 'Run again with other values' }).click();
    const place = page.getByLabel('Place');
    const code = page.getByRole('dialog').getByRole('textbox', { name: 'Code' });
    expect([await place.inputValue(), await code.inputValue()]).toEqual(['cellar', '']);
    await page.getByText('type it again').waitFor();
    await place.fill('attic');
    await page.getByRole('dialog').getByRole('button', { name: 'Run', exact: true }).click();
    await page.getByText('is required').waitFor();
    await code.fill('four');
    await page.keyboard.press('Enter');
    await page.getByRole('log').getByText('place attic').waitFor();
    await page.getByRole('log').getByText('code of 4 characters').waitFor();
    expect(complaints).toEqual([]);
  });

  test('a job that has not ended is repeated with its masked value', async () => {
    const body = { task_arguments: ['cellar', 'open sesame'], lifecycle: 'onhold' };
    const { id } = await client.runTask({ params: { id: task }, body });
    await using visit = await openPage(browser, { storageState: session });
    const { page, complaints } = visit;
    await page.goto(jobPage(id));
    await page.getByRole('button', { name: 'Repeat' }).click();
    await page.waitForURL((url) => !url.pathname.endsWith(id));
    await page.getByRole('log').getByText('code of 11 characters').waitFor();
    const repeated = page.url().split('/').at(-1) ?? '';
    expect(await client.getJob({ params: { id: repeated } })).toMatchObject({ repeat_of: id });
    await client.cancelJob({ params: { id } });
    expect(complaints).toEqual([]);
  });

  test('jobs are found by filters that the address keeps, page by page', async () => {
    const body = { task_arguments: ['many', 'x'], lifecycle: 'onhold' };
    for (let made = 0; made < 60; made += 1) await client.runTask({ params: { id: task }, body });
    await using visit = await openPage(browser, { storageState: session });
    const { page, complaints } = visit;
    await page.goto(`${server.url}/app/${server.customer}/jobs?lifecycle=onhold&q=unl`);
    const rows = page.getByRole('row').filter({ hasText: 'Unlock' });
    await expect.poll(() => rows.count(), WAIT).toBe(50);
    await page.getByRole('link', { name: 'Older' }).click();
    await expect.poll(() => rows.count(), WAIT).toBe(10);
    expect(page.url()).toMatch(/cursor=[0-9a-f]{24}/);
    await page.reload();
    await expect.poll(() => rows.count(), WAIT).toBe(10);
    await page.getByRole('link', { name: 'Newest' }).click();
    await expect.poll(() => rows.count(), WAIT).toBe(50);
    await page.getByLabel('Find jobs').fill('nothing like it');
    await page.getByRole('heading', { name: 'No job matches' }).waitFor();
    await client.emptyQueue({ params: { id: task }, query: { lifecycle: ['canceled'] } });
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Delete ended jobs…' }).click();
    await page.getByRole('combobox', { name: 'Those that ended' }).click();
    await page.getByRole('option', { name: 'at any time' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByText(/jobs were deleted/).waitFor();
    expect(await client.listJobs({ query: { where: { finished_at: { $exists: 'true' } } } })).toEqual([]);
    expect(complaints).toEqual([]);
  });
});
