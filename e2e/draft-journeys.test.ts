import { createClient, type Client } from '@argus/client';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectAccessible } from './accessible.ts';
import { adminSession, browserPath, launchBrowser, openPage, type Session } from './browser.ts';
import { startPageServer } from './page-server.ts';
import type { Server } from './server.ts';

describe.skipIf(!browserPath)('what is typed outlives a reload of the page', { timeout: 120_000 }, () => {
  let server: Server;
  let client: Client;
  let browser: Browser;
  let session: Session;

  beforeAll(async () => {
    server = await startPageServer();
    client = createClient({ baseUrl: server.url, customer: server.customer, token: server.token });
    browser = await launchBrowser();
    session = await adminSession(browser, server);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.[Symbol.asyncDispose]();
  });

  const at = (path: string) => `${server.url}/app/${server.customer}/${path}`;
  const field = (page: Page, name: string) => page.getByRole('textbox', { name, exact: true });
  const back = (page: Page) => page.getByText('Your unsaved changes are back');
  const storage = (page: Page) =>
    page.evaluate<string>('JSON.stringify({ ...sessionStorage, ...localStorage })');
  const drafts = (page: Page) =>
    page.evaluate<string>(
      "JSON.stringify(Object.entries({ ...sessionStorage }).filter(([name]) => name.includes('draft:')))",
    );

  /** Reloads as a person does who is asked whether they want to, and says yes. */
  async function reload(page: Page): Promise<void> {
    await page.reload();
    await page.getByRole('heading', { level: 1 }).first().waitFor();
  }
  async function open(path: string) {
    const visit = await openPage(browser, { storageState: session });
    visit.page.on('dialog', (dialog) => void dialog.accept());
    await visit.page.goto(at(path));
    return visit;
  }

  async function makeTask(name: string): Promise<string> {
    const [host] = await client.listHosts();
    const script = await client.createScript({ body: { filename: 'say.sh', content: 'echo "said $1"\n' } });
    const { id } = await client.createTask({
      body: {
        name,
        host_id: host?.id ?? null,
        script_id: script.id,
        run_as: 'bash %script%',
        task_arguments: [
          { type: 'input', label: 'Folder' },
          { type: 'input', label: 'Password', masked: true, required: false },
        ],
      },
    });
    return id;
  }

  test('a webhook: without its secret, until it is saved, discarded or left', async () => {
    await using visit = await open('webhooks/new');
    const { page, complaints } = visit;
    await field(page, 'Name').fill('From the shop');
    await page.getByRole('radio', { name: /GitHub/ }).check();
    await page.getByLabel('Secret of the other system').fill('very-secret-1');
    await field(page, 'Description').fill('Orders');
    await reload(page);
    await back(page).waitFor();
    expect(await field(page, 'Name').inputValue()).toBe('From the shop');
    expect(await field(page, 'Description').inputValue()).toBe('Orders');
    expect(await page.getByLabel('Secret of the other system').inputValue()).toBe('');
    await page.getByText('All but secrets').waitFor();
    expect(await storage(page)).not.toContain('very-secret');
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Discard them' }).press('Enter');
    await back(page).waitFor({ state: 'detached' });
    expect(await field(page, 'Name').inputValue()).toBe('');
    await reload(page);
    expect(await back(page).count()).toBe(0);

    await field(page, 'Name').fill('From the shop');
    await page.getByRole('button', { name: 'Create webhook' }).click();
    await page.getByRole('heading', { name: 'From the shop', level: 1 }).waitFor();
    expect(await storage(page)).not.toContain('draft:');
    // who says that they leave without saving has no draft
    await page.getByRole('link', { name: 'Edit', exact: true }).click();
    await field(page, 'Name').fill('Given up');
    await expect.poll(() => storage(page)).toContain('Given up');
    await page.getByRole('link', { name: 'From the shop' }).first().click();
    await page.getByRole('button', { name: 'Delete', exact: true }).waitFor();
    expect(await storage(page)).not.toContain('Given up');
    expect(complaints).toEqual([]);
  });

  test('a schedule, with its values but the masked one', async () => {
    const task = await makeTask('Nightly copy');
    await using visit = await open(`tasks/${task}/schedules/new`);
    const { page, complaints } = visit;
    await field(page, 'Cron pattern').fill('15 4 * * *');
    await page.getByLabel('Folder').fill('/srv/data');
    await page.getByLabel('Password', { exact: true }).fill('very-secret-2');
    await reload(page);
    await back(page).waitFor();
    expect(await field(page, 'Cron pattern').inputValue()).toBe('15 4 * * *');
    expect(await page.getByLabel('Folder').inputValue()).toBe('/srv/data');
    expect(await page.getByLabel('Password', { exact: true }).inputValue()).toBe('');
    expect(await storage(page)).not.toContain('very-secret');
    await page.getByRole('button', { name: 'Create schedule' }).click();
    await page.getByRole('heading', { name: 'Nightly copy', level: 1 }).waitFor();
    const [made] = await client.listTaskSchedules({ params: { id: task } });
    expect(made?.repeatEvery).toBe('15 4 * * *');
    expect(made?.task_arguments?.[0]).toBe('/srv/data');
    expect(await storage(page)).not.toContain('draft:');

    // one that is changed, and taken back by hand: then there is nothing to bring back
    await page.goto(at(`schedules/${made?.id}/edit`));
    await field(page, 'Name').fill('Early');
    await expect.poll(() => storage(page)).toContain('Early');
    await field(page, 'Name').fill('');
    await expect.poll(() => storage(page)).not.toContain('draft:');
    expect(complaints).toEqual([]);
  });

  test('a rule of notifications and a channel, whose address is known to nobody', async () => {
    await using visit = await open('settings/notifications/channels/new');
    const { page, complaints } = visit;
    await page.getByRole('combobox', { name: 'Type' }).click();
    await page.getByRole('option', { name: /^Webhook/ }).click();
    await field(page, 'Name').fill('Pager');
    await field(page, 'Address').fill('https://example.com/very-secret-3');
    await reload(page);
    await back(page).waitFor();
    expect(await field(page, 'Name').inputValue()).toBe('Pager');
    expect(await field(page, 'Address').inputValue()).toBe('');
    expect(await storage(page)).not.toContain('very-secret');

    const channel = await client.createChannel({
      body: { name: 'On call', type: 'email', addresses: ['a@argus.test'] },
    });
    const rule = await client.createNotificationRule({
      body: { name: 'At night', events: ['failure'], channels: [channel.id] },
    });
    await page.goto(at(`settings/notifications/rules/${rule.id}`));
    await field(page, 'Name').fill('At noon');
    await reload(page);
    await back(page).waitFor();
    expect(await field(page, 'Name').inputValue()).toBe('At noon');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Saved.').waitFor();
    await page.getByRole('heading', { name: 'At noon', level: 1 }).waitFor();
    // pages that were looked at are kept as well, by their titles
    expect(await drafts(page)).not.toContain('At noon');
    // it stays open, and what is changed next is kept as well
    await field(page, 'Name').fill('At dawn');
    await reload(page);
    await back(page).waitFor();
    expect(await field(page, 'Name').inputValue()).toBe('At dawn');
    expect(complaints).toEqual([]);
  });

  test('the values of a run, until it runs or is given up; a masked one is not kept', async () => {
    const task = await makeTask('Copy now');
    await using visit = await open(`tasks/${task}?run=true`);
    const { page, complaints } = visit;
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Folder').fill('/srv/one');
    await dialog.getByLabel('Password', { exact: true }).fill('very-secret-4');
    await reload(page);
    await back(page).waitFor();
    expect(await dialog.getByLabel('Folder').inputValue()).toBe('/srv/one');
    expect(await dialog.getByLabel('Password', { exact: true }).inputValue()).toBe('');
    expect(await storage(page)).not.toContain('very-secret');
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Discard them' }).click();
    expect(await dialog.getByLabel('Folder').inputValue()).toBe('');

    // also what stands beside the values, where nothing else was changed
    const priority = dialog.getByLabel('Priority', { exact: true });
    await dialog.getByText('Priority, later start').click();
    await priority.fill('30');
    await reload(page);
    await back(page).waitFor();
    expect(await priority.inputValue()).toBe('30');
    await dialog.getByRole('button', { name: 'Discard them' }).click();
    expect(await priority.inputValue()).toBe('');
    await dialog.getByLabel('Folder').fill('/srv/two');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(await storage(page)).not.toContain('/srv/two');

    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await dialog.getByLabel('Folder').fill('/srv/three');
    await dialog.getByText('Priority, later start').click();
    await priority.fill('40');
    await reload(page);
    await back(page).waitFor();
    await priority.waitFor();
    await dialog.getByRole('button', { name: 'Run', exact: true }).click();
    await page.waitForURL(/\/jobs\//);
    const [job] = await client.listJobs({ query: { task } });
    const made = await client.getJob({ params: { id: job?.id ?? '' } });
    expect(made.task_arguments_values?.[0]).toBe('/srv/three');
    expect(made.priority).toBe(40);
    expect(await storage(page)).not.toContain('/srv/three');
    expect(complaints).toEqual([]);
  });
});
