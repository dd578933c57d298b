import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createClient, type Client } from '@argus/client';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { adminSession, browserPath, launchBrowser, openPage, type Session } from './browser.ts';
import { startPageServer } from './page-server.ts';
import type { Server } from './server.ts';

const run = promisify(execFile);

describe.skipIf(!browserPath)('webhooks in the web page', { timeout: 60_000 }, () => {
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

  async function makeTask(name: string, more: object = {}): Promise<string> {
    const [host] = await client.listHosts();
    const script = await client.createScript({ body: { filename: 'say.sh', content: 'echo "said $1"\n' } });
    const task = await client.createTask({
      body: { name, host_id: host?.id ?? null, script_id: script.id, run_as: 'bash %script%', ...more },
    });
    return task.id;
  }
  const at = (path: string) => `${server.url}/app/${server.customer}/${path}`;
  const row = (page: Page, name: string | RegExp) => page.getByRole('row', { name });
  const textOf = (page: Page, label: string) => page.getByLabel(label, { exact: true }).innerText();
  /** Runs what the page says to paste into a shell. */
  const shell = async (script: string, env: Record<string, string> = {}): Promise<string> => {
    const { stdout } = await run('bash', ['-c', script], { env: { ...process.env, ...env } });
    return stdout;
  };

  test('a webhook is made, called by the line that its page shows, and starts the task that is chosen for it', async () => {
    const task = await makeTask('Deploy', {
      task_arguments: [{ type: 'input', label: 'Branch', required: false }],
    });
    await using visit = await openPage(browser, { storageState: session });
    const { page, complaints } = visit;
    await page.goto(at('tasks'));
    await page.getByRole('link', { name: 'Webhooks' }).click();
    await page.getByText('No other system starts anything yet').waitFor();
    await page.getByRole('link', { name: 'New webhook' }).click();
    await page.getByRole('button', { name: 'Create webhook' }).click();
    await expect
      .poll(() => page.getByRole('textbox', { name: 'Name' }).getAttribute('aria-invalid'))
      .toBe('true');
    await page.getByRole('textbox', { name: 'Name' }).fill('From the shop');
    await page.getByRole('button', { name: 'Add a row' }).click();
    await page.getByLabel('Path of row 1').fill('body..hello');
    await page.getByLabel('Value of row 1').fill('world');
    await page.getByRole('button', { name: 'Create webhook' }).click();
    await page.getByRole('alert').getByText('is no path').first().waitFor();
    await page.getByLabel('Path of row 1').fill('body.hello');
    await page.getByRole('button', { name: 'Create webhook' }).click();

    await page.getByRole('heading', { name: 'From the shop' }).waitFor();
    await page.getByRole('combobox', { name: 'Task' }).fill('Depl');
    await page.getByRole('option', { name: 'Deploy' }).click();
    await page.getByRole('button', { name: 'Let it start this task' }).click();
    await page.getByRole('status').getByText('from now on').waitFor();

    await page.getByRole('button', { name: 'Show the URL' }).click();
    await page.getByLabel('URL', { exact: true }).waitFor();
    expect(await shell(await textOf(page, 'curl'))).toContain('"message":"success"');
    const [delivery] = [row(page, /Accepted/)];
    await delivery.getByRole('link', { name: 'Deploy' }).waitFor();
    expect(await client.listJobs({ query: { task } })).toHaveLength(1);

    const url = await textOf(page, 'URL');
    await shell(`curl -s -d 'hello=nobody' '${url}'`);
    await row(page, /Filtered out/).waitFor();
    await shell(`curl -s -d '{}' '${url.replace(/\w{8}$/, '00000000')}'`);
    await row(page, /Refused/)
      .getByText('its secret key is wrong')
      .waitFor();

    await row(page, /Filtered out/)
      .getByRole('link')
      .first()
      .click();
    await page.getByText('The filter does not hold for it').waitFor();
    expect(await textOf(page, 'What it says')).toBe('hello=nobody');
    await page.getByRole('button', { name: 'Send it again' }).click();
    await page.getByText('Sent again of').waitFor();
    expect(complaints).toEqual([]);
  });

  test('a task takes parts of the body, and its job leads back to the delivery', async () => {
    const hook = await client.createWebhook({ body: { name: 'Orders' } });
    const task = await makeTask('Pack', { task_arguments: [{ type: 'input', label: 'Customer' }] });
    await using visit = await openPage(browser, { storageState: session });
    const { page, complaints } = visit;
    await page.goto(at(`tasks/${task}/edit`));
    await page.getByRole('combobox', { name: 'Triggered by' }).fill('orders');
    await page.getByRole('option', { name: 'Webhook Orders' }).click();
    await page.keyboard.press('Escape');
    await page.getByRole('combobox', { name: 'Arguments on Webhook Orders' }).click();
    await page.getByRole('option', { name: 'Chosen for each argument' }).click();
    await page.getByText('A path leads into what came').waitFor();
    await page.getByRole('textbox', { name: 'Path of Customer' }).fill('body.customer.name');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('link', { name: 'Orders: trigger' }).waitFor();

    await client.triggerWebhook({ params: { id: hook.id }, body: { customer: { name: 'Ada' } } });
    await expect.poll(async () => (await client.listJobs({ query: { task } })).length).toBe(1);
    const [job] = await client.listJobs({ query: { task } });
    await page.goto(at(`jobs/${job?.id}`));
    await page.getByRole('note').getByRole('link', { name: 'Orders' }).waitFor();
    await page.getByText('said Ada').waitFor();
    await page
      .getByRole('note')
      .getByRole('link', { name: /delivery/ })
      .click();
    await page.getByText('It starts one task.').waitFor();
    expect(await textOf(page, 'What it says')).toContain('"name": "Ada"');
    expect(complaints).toEqual([]);
  });

  test.each([
    ['github', 'Signed as GitHub does it'],
    ['standard', 'Signed as Standard Webhooks says'],
  ])('one that is signed (%s) is set up from its page, edited, paused and deleted', async (_auth, label) => {
    await using visit = await openPage(browser, { storageState: session });
    const { page, complaints } = visit;
    await page.goto(at('webhooks/new'));
    await page.getByRole('textbox', { name: 'Name' }).fill('Signed');
    await page.getByRole('radio', { name: label }).check();
    await page.getByRole('button', { name: 'Create webhook' }).click();
    await page.getByRole('button', { name: 'Show the secret' }).click();
    const secret = await textOf(page, 'Secret');
    await page.getByText('To try it from a shell').click();
    const line = await textOf(page, 'Signed with curl');
    expect(await shell(line, { SECRET: secret })).toContain('"outcome":"accepted"');
    expect(await shell(line, { SECRET: secret.replace(/.{6}=?$/, 'AAAAAA=') })).toContain('"wrong_secret"');
    await row(page, /Refused/)
      .getByText('its signature does not fit')
      .waitFor();

    await page.getByRole('link', { name: 'Edit', exact: true }).click();
    await page.getByRole('button', { name: 'Write it as JSON' }).click();
    await page.getByLabel('Filter as JSON').fill('{"not": {"path": "body.hello", "op": "exists"}}');
    await page.getByText('Rows cannot say this.').waitFor();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('not (body.hello is there)').waitFor();
    expect(await shell(line, { SECRET: secret })).toContain('"outcome":"filtered"');

    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByRole('button', { name: 'Resume' }).waitFor();
    expect(await shell(line, { SECRET: secret })).toContain('"outcome":"paused"');
    await page.getByRole('button', { name: 'Change the secret' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Change the secret' }).click();
    await page.getByText('This is the new secret.').waitFor();
    expect(await textOf(page, 'Secret')).not.toBe(secret);

    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('heading', { name: 'Webhooks' }).waitFor();
    // for some seconds it is only out of sight
    const link = page.getByRole('link', { name: 'Signed', exact: true });
    await link.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Undo' }).click();
    await link.click();
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByText('Deleting Signed').waitFor();
    await page.goto('about:blank');
    await expect
      .poll(async () => (await client.listWebhooks()).some(({ name }) => name === 'Signed'))
      .toBe(false);
    expect(complaints).toEqual([]);
  });

  test('what the guide says to sign in a shell is let in', async () => {
    const guide = await readFile(join(import.meta.dirname, '../docs/guide/webhooks.md'), 'utf8');
    const blocks = [...guide.matchAll(/```sh\n(.*?)```/gs)].map(([, text = '']) => text);
    const signed = blocks.filter((text) => text.includes('openssl'));
    expect(signed).toHaveLength(2);
    for (const [index, auth] of (['github', 'standard'] as const).entries()) {
      const { id } = await client.createWebhook({ body: { name: 'As the guide says', auth } });
      const { url, secret } = await client.getWebhookCredentials({ params: { id } });
      expect(await shell(signed[index] ?? '', { URL: url, SECRET: secret })).toContain(
        '"outcome":"accepted"',
      );
    }
  });
});
