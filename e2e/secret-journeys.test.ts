import { createClient, type Client } from '@argus/client';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { adminSession, browserPath, launchBrowser, openPage, type Session } from './browser.ts';
import { startPageServer } from './page-server.ts';
import type { Server } from './server.ts';

describe.skipIf(!browserPath)('secrets in the web page', { timeout: 60_000 }, () => {
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

  test('a secret is kept, named by a task, given to its script and hidden in the log, and cannot go while it is used', async () => {
    const [host] = await client.listHosts();
    const script = await client.createScript({
      body: { filename: 'use.sh', content: 'echo "length ${#KEY}, is $KEY"\n' },
    });
    const task = await client.createTask({
      body: { name: 'Uses a key', host_id: host?.id ?? null, script_id: script.id, run_as: 'sh %script%' },
    });
    await using visit = await openPage(browser, { storageState: session });
    const { page, complaints } = visit;

    await page.goto(at('settings/credentials/secrets'));
    await page.getByText('No secrets yet').waitFor();
    await page.getByRole('button', { name: 'New secret' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('my key');
    await dialog.getByText('a letter first').waitFor();
    await dialog.getByLabel('Name').fill('API_KEY');
    await dialog.getByLabel('Value').fill('correct-horse-battery');
    await dialog.getByRole('button', { name: 'Keep secret' }).click();
    await page.getByRole('row', { name: /API_KEY/ }).waitFor();
    expect(await page.content()).not.toContain('correct-horse-battery');

    await page.goto(at(`tasks/${task.id}/edit`));
    const env = page.getByLabel('Environment (env)');
    await env.fill('KEY=');
    await env.press('End');
    await page.getByRole('combobox', { name: 'Insert a secret' }).click();
    await page.getByRole('option', { name: 'API_KEY' }).click();
    expect(await env.inputValue()).toBe('KEY={secret:API_KEY}');
    await env.fill('KEY={secret:API_KEY}\nNONE={secret:NOT_THERE}');
    await page.getByText('There is no secret NOT_THERE yet').waitFor();
    await env.fill('KEY={secret:API_KEY}');
    await page.getByRole('button', { name: /^Save/ }).click();
    await expect
      .poll(async () => (await client.getTask({ params: { id: task.id } })).env)
      .toEqual({ KEY: '{secret:API_KEY}' });

    const { id } = await client.runTask({ params: { id: task.id }, body: {} });
    await page.goto(at(`jobs/${id}`));
    await page.getByText('length 21, is').waitFor();
    expect(await page.getByText('length 21, is').innerText()).not.toContain('horse');

    await page.goto(at('settings/credentials/secrets'));
    const row = page.getByRole('row', { name: /API_KEY/ });
    await row.getByRole('link', { name: 'Uses a key' }).waitFor();
    await row.getByRole('button', { name: 'Delete' }).click();
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await dialog.getByText('It is used by Uses a key').waitFor();
    await dialog.getByRole('button', { name: 'Keep' }).click();
    await row.getByRole('button', { name: 'Change' }).click();
    await page.waitForURL(/secret=/);
    await page.reload();
    await dialog.getByLabel('Value').fill('shorter');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.waitFor({ state: 'detached' });
    const again = await client.runTask({ params: { id: task.id }, body: {} });
    await page.goto(at(`jobs/${again.id}`));
    await page.getByText('length 7, is').waitFor();
    expect(complaints.filter((text) => !text.includes('409'))).toEqual([]);
  });
});
