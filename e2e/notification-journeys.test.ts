import { createClient, type Client } from '@argus/client';
import { startHttpSink, startMailSink, type HttpSink, type MailSink } from '@argus/testing';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { adminSession, browserPath, launchBrowser, openPage, type Session } from './browser.ts';
import { startPageServer } from './page-server.ts';
import type { Server } from './server.ts';

describe.skipIf(!browserPath)('notifications in the web page', { timeout: 90_000 }, () => {
  let server: Server;
  let client: Client;
  let browser: Browser;
  let session: Session;
  let mail: MailSink;
  let sink: HttpSink;

  beforeAll(async () => {
    mail = await startMailSink();
    sink = await startHttpSink();
    server = await startPageServer({
      ARGUS_SMTP_URL: mail.url,
      ARGUS_MAIL_FROM: 'Argus <argus@argus.test>',
      ARGUS_ALLOW_PRIVATE_URLS: '127.0.0.1',
    });
    client = createClient({ baseUrl: server.url, customer: server.customer, token: server.token });
    browser = await launchBrowser();
    session = await adminSession(browser, server);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.[Symbol.asyncDispose]();
    await sink?.[Symbol.asyncDispose]();
    await mail?.[Symbol.asyncDispose]();
  });

  async function makeTask(name: string, exit: number): Promise<string> {
    const [host] = await client.listHosts();
    const content = `echo "about to end"\nexit ${exit}\n`;
    const script = await client.createScript({ body: { filename: 'end.sh', content } });
    const task = await client.createTask({
      body: { name, host_id: host?.id ?? null, script_id: script.id, run_as: 'bash %script%' },
    });
    return task.id;
  }
  const at = (path: string) => `${server.url}/app/${server.customer}/${path}`;
  const row = (page: Page, name: string | RegExp) => page.getByRole('row', { name });

  test('a rule and a channel that are deleted can be taken back for some seconds', async () => {
    const channel = await client.createChannel({
      body: { name: 'Old pager', type: 'email', addresses: ['old@argus.test'] },
    });
    await client.createNotificationRule({
      body: { name: 'Old rule', events: ['failure'], channels: [channel.id] },
    });
    await using visit = await openPage(browser, { storageState: session });
    const { page, complaints } = visit;
    const remove = async (name: string) => {
      await page.getByRole('link', { name, exact: true }).click();
      await page.getByRole('button', { name: 'Delete', exact: true }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    };
    await page.goto(at('settings/notifications'));
    // it is told at once where that cannot be
    await remove('Old pager');
    await page.getByRole('dialog').getByText('Old rule', { exact: false }).waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Keep' }).click();
    await page.goBack();
    await remove('Old rule');
    const rule = page.getByRole('link', { name: 'Old rule', exact: true });
    await page.getByText('Deleting Old rule').waitFor();
    await rule.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Undo' }).click();
    await rule.waitFor();
    expect(await client.listNotificationRules()).toHaveLength(1);
    await remove('Old rule');
    await expect.poll(() => client.listNotificationRules()).toEqual([]);

    await page.getByRole('row', { name: /Old pager.*no rule/ }).waitFor();
    await remove('Old pager');
    await page.getByText('Deleting Old pager').waitFor();
    await page.getByRole('button', { name: 'Undo' }).press('Enter');
    await page.getByRole('link', { name: 'Old pager', exact: true }).waitFor();
    expect(await client.listChannels()).toHaveLength(1);
    await remove('Old pager');
    await page.getByText('Deleting Old pager').waitFor();
    await page.goto('about:blank');
    await expect.poll(() => client.listChannels()).toEqual([]);
    expect(complaints).toEqual([]);
  });

  test('a channel is made and tried, a rule sends by it, and what failed is sent again', async () => {
    const task = await makeTask('Nightly backup', 3);
    await using visit = await openPage(browser, { storageState: session });
    const { page, complaints } = visit;
    await page.goto(at('settings/notifications'));
    await page.getByText('Nobody is told anything yet').waitFor();
    await page.getByRole('link', { name: 'Add a channel' }).click();
    await page.getByRole('button', { name: 'Create channel' }).click();
    await page.getByText('is required').first().waitFor();
    await page.getByRole('combobox', { name: 'Type' }).click();
    await page.getByRole('option', { name: /^Webhook/ }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('Our pager');
    await page.getByRole('textbox', { name: 'Address' }).fill(`${sink.url}/hooks/very-secret-part`);
    await page.getByRole('button', { name: 'Create channel' }).click();
    await page.getByRole('heading', { name: 'Our pager' }).waitFor();
    await page.getByText('…part', { exact: false }).waitFor();
    expect(await page.content()).not.toContain('very-secret');

    await page.getByRole('button', { name: 'Send a test' }).click();
    await page.getByText('It was taken').waitFor();
    await page.getByText('it answered with status 200: ok').waitFor();
    expect(JSON.parse(sink.requests[0]?.body ?? '').type).toBe('test');
    await page.getByRole('button', { name: 'Show the secret' }).click();
    await page.getByText(/^whsec_/).waitFor();

    await page.goto(at('settings/notifications/rules/new'));
    await page.getByRole('button', { name: 'Create rule' }).click();
    await page.getByText('name who is told').first().waitFor();
    await page.getByRole('textbox', { name: 'Name' }).fill('Backups');
    // what was typed is not lost without a word
    const asked: string[] = [];
    page.on('dialog', (dialog) => {
      asked.push(dialog.message());
      void dialog.dismiss();
    });
    await page.getByRole('main').getByRole('link', { name: 'Notification rules' }).last().click();
    await expect.poll(() => asked).toEqual(['Leave without saving the changes?']);
    expect(await page.getByRole('textbox', { name: 'Name' }).inputValue()).toBe('Backups');
    await page.getByRole('combobox', { name: 'Tells of' }).fill('Nightly');
    await page.getByRole('option', { name: 'Nightly backup' }).click();
    await page.getByRole('combobox', { name: 'To these channels' }).click();
    await page.getByRole('option', { name: 'Our pager (Webhook)' }).click();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Create rule' }).click();
    await row(page, /Backups/)
      .getByText('failure, timeout')
      .waitFor();

    sink.answer = () => ({ status: 404, body: 'no such hook' });
    const job = await client.runTask({ params: { id: task } });
    await page.getByRole('link', { name: 'What was sent' }).click();
    const sent = row(page, /\[failed\] Nightly backup/);
    await sent.getByText('Failed', { exact: true }).waitFor();
    await sent.getByText('it answered with status 404: no such hook').waitFor();
    expect(await sent.getByRole('link').getAttribute('href')).toContain(job.id);
    sink.answer = () => ({ status: 200 });
    await sent.getByRole('button', { name: /^Send again/ }).click();
    await sent.getByText('Sent', { exact: true }).waitFor();
    await page.goto(at('settings/notifications/log?state=failed'));
    await page.getByText('Nothing like this').waitFor();
    expect(asked).toHaveLength(1);
    expect(complaints).toEqual([]);
  });

  test('who wants to be told of a task is, by mail and by the bell, and reads it', async () => {
    const task = await makeTask('Import orders', 4);
    await using visit = await openPage(browser, { storageState: session });
    const { page, complaints } = visit;
    await page.goto(at(`tasks/${task}`));
    const notify = page.getByRole('combobox', { name: 'Notify me' });
    await notify.and(page.locator(':enabled')).waitFor();
    expect(await notify.inputValue()).toBe('Never');
    await notify.click();
    await page.getByRole('option', { name: 'When it fails', exact: true }).click();
    await expect
      .poll(async () => (await client.listNotificationRules({})).map(({ name }) => name))
      .toContain('Import orders');
    await client.runTask({ params: { id: task } });
    const letter = await mail.mailTo(server.admin.email);
    expect(letter.subject).toContain('[failed] Import orders');
    await page.reload();
    await page.getByRole('button', { name: 'Notifications: 1 new' }).click();
    await page
      .getByRole('dialog')
      .getByRole('link', { name: /\[failed\] Import orders/ })
      .click();
    await page.getByRole('heading', { name: 'Import orders' }).waitFor();
    await page.getByRole('button', { name: 'Notifications', exact: true }).waitFor();
    expect(complaints).toEqual([]);
  });

  test('quiet hours are kept, and what one asked for is stopped, under one’s account', async () => {
    const task = await makeTask('Rotate keys', 0);
    await using visit = await openPage(browser, { storageState: session, timezoneId: 'Europe/Berlin' });
    const { page, complaints } = visit;
    await page.goto(at(`tasks/${task}`));
    await page.getByRole('combobox', { name: 'Notify me' }).click();
    await page.getByRole('option', { name: 'Whenever it ends' }).click();
    await page.getByRole('button', { name: /^Account/ }).click();
    await page.getByRole('menuitem', { name: 'Notifications …' }).click();
    await page.getByRole('heading', { name: 'Notifications', level: 1 }).waitFor();
    await page.getByRole('switch', { name: /^Quiet hours/ }).click();
    await page.getByLabel('From').fill('23:00');
    await page.getByLabel('To', { exact: true }).fill('23:00');
    await page.getByRole('checkbox', { name: 'Sunday' }).uncheck();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('must be another time than').first().waitFor();
    await page.getByLabel('To', { exact: true }).fill('06:30');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved.').waitFor();
    await page.reload();
    expect(await page.getByLabel('To', { exact: true }).inputValue()).toBe('06:30');
    expect(await page.getByRole('combobox', { name: 'Time zone' }).inputValue()).toBe('Europe/Berlin');
    expect(await page.getByRole('checkbox', { name: 'Sunday' }).isChecked()).toBe(false);

    await page.getByRole('button', { name: 'Stop telling me of Rotate keys' }).click();
    await row(page, /Rotate keys/).waitFor({ state: 'detached' });
    await page.goto(at(`tasks/${task}`));
    const notify = page.getByRole('combobox', { name: 'Notify me' });
    await notify.and(page.locator(':enabled')).waitFor();
    expect(await notify.inputValue()).toBe('Never');
    expect(complaints).toEqual([]);
  });
});
