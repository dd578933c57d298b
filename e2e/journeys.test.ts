import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createClient, type Client } from '@argus/client';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectAccessible } from './accessible.ts';
import { runBotLine } from './bot-line.ts';
import { browserPath, launchBrowser, openPage, signIn } from './browser.ts';
import { startServer, type Server } from './server.ts';

type Session = Awaited<ReturnType<BrowserContext['storageState']>>;

describe.skipIf(!browserPath)('the web page', { timeout: 60_000 }, () => {
  let server: Server;
  let client: Client;
  let browser: Browser;
  /** The cookies of the admin, signed in once for all journeys that are not about that. */
  let session: Session;

  beforeAll(async () => {
    // the choices of an argument come from a server of the test
    server = await startServer({ ARGUS_ALLOW_PRIVATE_URLS: '127.0.0.1' });
    client = createClient({ baseUrl: server.url, customer: server.customer, token: server.token });
    browser = await launchBrowser();
    await using visit = await openPage(browser);
    await signIn(visit.page, server);
    session = await visit.page.context().storageState();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.[Symbol.asyncDispose]();
  });

  test('a wrong password is said so, the right one leads to where one wanted to go', async () => {
    await using visit = await openPage(browser);
    const { page, complaints } = visit;
    const wanted = `${server.url}/app/${server.customer}/jobs?state=success`;
    await page.goto(wanted);
    await page.getByLabel('E-mail').fill(server.admin.email);
    await page.getByLabel('Password', { exact: true }).fill('not the password');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('E-mail or password is wrong.').waitFor();
    await page.getByLabel('Password', { exact: true }).fill(server.admin.password);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Jobs' }).waitFor();
    expect(page.url()).toBe(wanted);
    expect(complaints).toEqual([]);
  });

  test('a task runs with arguments from the dialog, by keyboard alone, and shows its result', async () => {
    await using visit = await openPage(browser, { storageState: session });
    const { page, complaints } = visit;
    await page.goto(`${server.url}/app/${server.customer}/tasks`);
    await page.getByRole('button', { name: 'Run Disk report' }).focus();
    await page.keyboard.press('Enter');
    const limit = page.getByLabel('Limit in percent');
    await limit.waitFor();
    await expect
      .poll(() => limit.evaluate((input) => input === input.ownerDocument.activeElement))
      .toBe(true);
    await page.keyboard.press('Control+A');
    await page.keyboard.type('words');
    await page.keyboard.press('Enter');
    await page.getByText('may only have digits').or(page.getByText('characters')).waitFor();
    await page.keyboard.press('Control+A');
    await page.keyboard.type('100');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Disk report' }).waitFor();
    await state(page, 'success').waitFor();
    await page.getByText('Exit code 0.').waitFor();
    await page.getByRole('region', { name: 'Inputs' }).getByText('100').waitFor();
    expect(complaints).toEqual([]);
  });

  test('a machine that loses its network still works with the server that runs on it', async () => {
    await using visit = await openPage(browser, { storageState: session });
    const { page, complaints } = visit;
    await page.goto(`${server.url}/app/${server.customer}/tasks`);
    const run = page.getByRole('button', { name: 'Run Disk report' });
    await run.waitFor();
    await page.evaluate("dispatchEvent(new Event('offline'))");
    await run.click();
    await page.getByRole('dialog').getByRole('button', { name: 'Run', exact: true }).click();
    await page.getByRole('heading', { name: 'Disk report' }).waitFor();
    await state(page, 'success').waitFor();
    expect(complaints).toEqual([]);
  });

  test('the log of a running job shows each line as it comes, and a cancelled job is seen to stop', async () => {
    await using visit = await openPage(browser, { storageState: session });
    const { page, complaints } = visit;
    await page.goto(`${server.url}/app/${server.customer}/tasks`);
    await page.getByRole('button', { name: 'Run Slow ticker' }).click();
    await page.getByLabel('Seconds').fill('120');
    await page.keyboard.press('Enter');
    const log = page.getByRole('log');
    await log.getByText('tick 2 of 120').waitFor();
    expect(await page.locator('[data-lifecycle]').first().getAttribute('data-lifecycle')).toBe('started');
    await log.getByText('tick 4 of 120').waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await state(page, 'canceled').waitFor();
    await page.getByText(`Stopped by ${server.admin.email}`).waitFor();
    expect(await page.getByRole('button', { name: 'Cancel' }).count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  test('a script and its task are made in the page, run there, and stay after a restart', async () => {
    await using visit = await openPage(browser, { storageState: session });
    const { page, complaints } = visit;
    await page.goto(`${server.url}/app/${server.customer}/tasks`);
    await page.getByRole('link', { name: 'New task' }).click();
    await page.getByRole('button', { name: 'Create task' }).click();
    await page.getByText('is required').waitFor();
    await page.getByLabel('Name', { exact: false }).first().fill('Greet somebody');
    await choose(page, page.getByRole('combobox', { name: 'Bots' }), /./);
    await page.getByText('Write a new one').click();
    await page.getByLabel('Filename').fill('greet.sh');
    await page
      .getByLabel('Content')
      .fill(['#!/bin/bash', 'echo "hello $1, this is $2"', `echo '{"data":[{"greeted":true}]}'`].join('\n'));
    await page.getByLabel('Run As').fill('bash %script%');
    for (const [index, label] of ['Who', 'Place'].entries()) {
      await page.getByRole('button', { name: 'Add an argument' }).click();
      await page
        .getByRole('group', { name: `Argument ${index + 1}` })
        .getByLabel('Label')
        .fill(label);
    }
    await page.getByRole('button', { name: 'Move up: argument 2' }).click();
    await page.getByRole('button', { name: 'Create task' }).click();
    await page.getByRole('heading', { name: 'Greet somebody' }).waitFor();
    const address = page.url();
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await page.getByLabel('Place').fill('Ada');
    await page.getByRole('textbox', { name: 'Who' }).fill('the machine');
    await page.keyboard.press('Enter');
    await page.getByRole('log').getByText('hello Ada, this is the machine').waitFor();
    await state(page, 'success').waitFor();
    await page.getByRole('region', { name: 'Output' }).getByText('"greeted": true').waitFor();
    const jobAddress = page.url();

    await server.restart();
    await page.goto(jobAddress);
    await page.getByRole('log').getByText('hello Ada, this is the machine').waitFor();
    await page.goto(address);
    await page.getByRole('cell', { name: 'Place' }).waitFor();
    await page.getByRole('region', { name: 'Recent runs' }).getByText('Success').waitFor();
    expect(complaints).toEqual([]);
  });

  test('a file chosen in the page reaches the script, beside a choice that another server gives', async () => {
    await using choices = await servePage(
      JSON.stringify([
        { uid: 'eu-1', title: 'Europe' },
        { uid: 'us-1', title: 'America' },
      ]),
    );
    const [host] = await client.listHosts();
    const script = await client.createScript({
      body: { filename: 'count.sh', content: 'basename "$2"; wc -c < "$2"; echo "in $1, more: $3"\n' },
    });
    const { id } = await client.createTask({
      body: {
        name: 'Count bytes',
        host_id: host?.id ?? null,
        script_id: script.id,
        run_as: 'bash %script%',
        task_arguments: [
          {
            type: 'remote-options',
            label: 'Region',
            endpoint_url: choices.url,
            id_attribute: 'uid',
            text_attribute: 'title',
          },
          { type: 'file', label: 'Report' },
          { type: 'file', label: 'More', multiple: true, required: false },
        ],
      },
    });
    await using visit = await openPage(browser, { storageState: session });
    const { page, complaints } = visit;
    await page.goto(`${server.url}/app/${server.customer}/tasks/${id}`);
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await choose(page, dialog.getByRole('combobox', { name: 'Region' }), /Europe/);
    await dialog.getByRole('button', { name: 'Run', exact: true }).click();
    await dialog.getByText('is required').waitFor();
    const inputs = dialog.locator('input[type="file"]');
    const buffer = Buffer.alloc(3_000_000, 'x');
    await inputs.first().setInputFiles({ name: 'my report.csv', mimeType: 'text/csv', buffer });
    await dialog.getByText('my report.csv').waitFor();
    await dialog.getByRole('button', { name: 'Run', exact: true }).click();
    const log = page.getByRole('log');
    await log.getByText('my report.csv').waitFor();
    await log.getByText('3000000').waitFor();
    await log.getByText('in eu-1, more:').waitFor();
    await state(page, 'success').waitFor();
    await page.getByRole('region', { name: 'Inputs' }).getByText('my report.csv').waitFor();
    // again with another value, and the same file
    await page.getByRole('button', { name: 'Run again with other values' }).click();
    await dialog.getByText('my report.csv').waitFor();
    await choose(page, dialog.getByRole('combobox', { name: 'Region' }), /America/);
    await dialog.getByRole('button', { name: 'Run', exact: true }).click();
    await log.getByText('in us-1, more:').waitFor();
    await log.getByText('3000000').waitFor();
    // with the last values: the file is kept, with its size, and the browser sends nothing of it
    await page.goto(`${server.url}/app/${server.customer}/tasks/${id}`);
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    const kept = dialog.getByRole('group', { name: 'Kept from the earlier run' });
    const last = dialog.getByRole('group', { name: 'Your last values' });
    await last
      .getByRole('button', { name: /my report\.csv/ })
      .first()
      .click();
    await kept.getByText('my report.csv · 3.0 MB').waitFor();
    await expectAccessible(page);
    await kept.getByRole('button', { name: 'Do not use my report.csv' }).click();
    await kept.waitFor({ state: 'detached' });
    await dialog.getByRole('button', { name: 'Run', exact: true }).click();
    await dialog.getByText('is required').waitFor();
    const [request] = await Promise.all([
      page.waitForRequest((one) => one.method() === 'POST' && one.url().endsWith(`/task/${id}/job`)),
      dialog.getByRole('button', { name: 'Run with last values' }).click(),
    ]);
    expect(request.postData()?.length).toBeLessThan(1000);
    await log.getByText('in us-1, more:').waitFor();
    await log.getByText('3000000').waitFor();
    // a file that went with its jobs is asked for again
    await page.goto(`${server.url}/app/${server.customer}/tasks/${id}`);
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await last
      .getByRole('button', { name: /my report\.csv/ })
      .first()
      .click();
    await kept.getByText('my report.csv').waitFor();
    await page.route(`**/task/${id}/job`, (route) => {
      const gone = route
        .request()
        .postData()
        ?.replace(/job-file:[0-9a-f]{24}/, `job-file:${'0'.repeat(24)}`);
      return route.continue({ postData: gone ?? '' });
    });
    await dialog.getByRole('button', { name: 'Run', exact: true }).click();
    await dialog
      .getByText(/is gone, or that you may not see: choose a file again/)
      .first()
      .waitFor();
    await page.unroute(`**/task/${id}/job`);
    await inputs.first().setInputFiles({ name: 'other.csv', mimeType: 'text/csv', buffer: Buffer.from('x') });
    await dialog.getByText('other.csv').waitFor();
    await kept.waitFor({ state: 'detached' });
    await dialog.getByRole('button', { name: 'Run', exact: true }).click();
    await log.getByText('other.csv').waitFor();
    await state(page, 'success').waitFor();
    expect(complaints).toEqual([]);
  });

  test('an error of the server is shown at its field', async () => {
    await using visit = await openPage(browser, { storageState: session });
    const { page } = visit;
    await page.goto(`${server.url}/app/${server.customer}/tasks/new`);
    await page.getByLabel('Name', { exact: false }).first().fill('Too long');
    await page.getByLabel('Execution Timeout').fill('600000');
    await page.getByRole('button', { name: 'Create task' }).click();
    await page.getByText('milliseconds').first().waitFor();
    expect(await page.getByLabel('Execution Timeout').getAttribute('aria-invalid')).toBe('true');
  });

  test('hostile output is text, coloured or not', async () => {
    const lines = [
      '<script>document.title = "owned"</script>',
      '<img src=x onerror="document.title = 1">',
      '\\033[31m<b>red</b>\\033[0m',
      '\\033]8;;javascript:alert(1)\\033\\\\click\\033]8;;\\033\\\\',
    ];
    const content = `${lines.map((line) => `printf '${line.replaceAll("'", '')}\\n'`).join('\n')}\n`;
    const job = await runScript(client, 'hostile.sh', content);
    await client.waitForJob(job);
    await using visit = await openPage(browser, { storageState: session });
    const { page, complaints } = visit;
    await page.goto(`${server.url}/app/${server.customer}/jobs/${job}`);
    const log = page.getByRole('log');
    await log.getByText('<script>document.title = "owned"</script>').waitFor();
    await log.getByText('<img src=x').waitFor();
    await log.getByText('<b>red</b>').waitFor();
    await log.getByText('click').waitFor();
    expect(await log.locator('script, img, b, a').count()).toBe(0);
    expect(await page.title()).toContain('hostile.sh');
    expect(complaints).toEqual([]);
  });

  test('a log of a hundred thousand lines is there in a moment, and scrolling up stops following', async () => {
    const job = await runScript(client, 'long.sh', 'seq -f "line number %g" 1 100000\n');
    await client.waitForJob(job);
    await using visit = await openPage(browser, { storageState: session });
    const { page } = visit;
    await page.goto(`${server.url}/app/${server.customer}/jobs/${job}`);
    const log = page.getByRole('log');
    await log.getByText('line number 100000', { exact: true }).waitFor();
    expect(await log.locator('[data-index]').count()).toBeLessThan(200);
    await log.evaluate((element) => (element.scrollTop = 0));
    await log.getByText('line number 1', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'To the end' }).click();
    await log.getByText('line number 100000', { exact: true }).waitFor();
  });

  test('the form of an e-mail runs a task with its secret key', async () => {
    const [task] = (await client.listTasks()).filter(({ name }) => name === 'Disk report');
    const { secret } = await client.getTaskCredentials({ params: { id: task?.id ?? '' } });
    const before = await client.listJobs({ query: { task: task?.id ?? '' } });
    await using mail = await servePage(approvalPage(server, secret, task?.id ?? ''));
    await using visit = await openPage(browser);
    await visit.page.goto(mail.url);
    await visit.page.getByRole('button', { name: 'ACEPTO' }).click();
    await visit.page.waitForURL(`${server.url}/**`);
    const after = await client.listJobs({ query: { task: task?.id ?? '' } });
    expect(after.length).toBe(before.length + 1);
    const job = await client.getJob({ params: { id: after[0]?.id ?? '' } });
    expect(job).toMatchObject({ origin: 'secret', task_arguments_values: ['97'] });
  });

  test('the page itself shows that form, with the secret key in it', async () => {
    await using visit = await openPage(browser, { storageState: session });
    const { page, complaints } = visit;
    await page.goto(`${server.url}/app/${server.customer}/tasks`);
    await page.getByRole('link', { name: 'Disk report', exact: true }).click();
    await page.getByRole('tab', { name: 'With its secret key' }).click();
    await page.getByRole('button', { name: 'Show the secret key' }).click();
    const form = await page.getByLabel('HTML form', { exact: true }).innerText();
    expect(form).toMatch(new RegExp(`action="${server.url}/job/secret/[0-9a-f]{64}" method="POST"`));
    expect(complaints).toEqual([]);
  });

  test('after a reload the page is as it was; after signing out it asks to sign in', async () => {
    await using visit = await openPage(browser);
    const { page } = visit;
    await signIn(page, server);
    await page.getByRole('link', { name: 'Tasks', exact: true }).click();
    await page.getByLabel('Filter tasks').fill('ticker');
    await expect.poll(() => page.url()).toContain('q=ticker');
    await page.reload();
    await page.getByRole('link', { name: 'Slow ticker', exact: true }).waitFor();
    expect(await page.getByLabel('Filter tasks').inputValue()).toBe('ticker');
    expect(await page.getByRole('link', { name: 'Machine facts' }).count()).toBe(0);
    await page.getByRole('button', { name: /^Account/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    await page.goto(`${server.url}/app/${server.customer}/tasks`);
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
  });

  test('a token is shown once, works, and is refused once it is revoked', async () => {
    await using visit = await openPage(browser, { storageState: session });
    const { page, complaints } = visit;
    await page.goto(`${server.url}/app/${server.customer}/settings/credentials/integration-tokens`);
    await page.getByRole('button', { name: 'New token' }).click();
    await page.getByLabel('Name').fill('nightly');
    await page.keyboard.press('Enter');
    const token = await page.getByLabel('The token', { exact: true }).innerText();
    await page.getByRole('button', { name: 'Done' }).click();
    const holder = createClient({ baseUrl: server.url, token });
    expect(await holder.getProfile()).toMatchObject({ kind: 'integration', role: 'admin' });
    await page
      .getByRole('row', { name: /nightly/ })
      .getByRole('button', { name: 'Revoke' })
      .click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await page.getByRole('row', { name: /nightly/ }).waitFor({ state: 'detached' });
    await expect(holder.getProfile()).rejects.toMatchObject({ statusCode: 401 });
    expect(complaints).toEqual([]);
  });

  test('the home page tells what fails and what waits, and links there; the palette finds it by keyboard', async () => {
    const failing = await runScript(client, 'fails-at-home.sh', '#!/bin/sh\nexit 3\n');
    await expect
      .poll(async () => (await client.getJob({ params: { id: failing } })).state, { timeout: 30_000 })
      .toBe('failure');
    await using visit = await openPage(browser, { storageState: session });
    const { page, complaints } = visit;
    await page.goto(`${server.url}/app/${server.customer}`);
    await page.getByRole('heading', { name: 'Home', exact: true }).waitFor();
    const fails = page.getByRole('region', { name: 'What fails' });
    await fails.getByRole('link', { name: /^Last job of fails-at-home/ }).waitFor();
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await expectAccessible(page);
    }
    await fails.getByRole('link', { name: /^Last job of fails-at-home/ }).click();
    await expect.poll(() => page.url()).toContain(failing);
    await page.getByRole('heading', { name: /^fails-at-home/, level: 1 }).waitFor();
    await expect.poll(() => page.title(), { timeout: 10_000 }).toMatch(/^fails-at-home.* · Jobs · Argus$/);
    // who reads by ear goes on from the heading
    await expect
      .poll(() => page.evaluate('document.activeElement.textContent'), { timeout: 10_000 })
      .toMatch(/^fails-at-home/);

    await page.keyboard.press('g');
    await page.keyboard.press('t');
    await page.getByRole('heading', { name: 'Tasks', exact: true }).waitFor();
    expect(await page.getByRole('navigation').locator('[aria-current=page]').allInnerTexts()).toEqual([
      'Tasks',
    ]);
    await page.keyboard.press('/');
    await page.keyboard.type('gt');
    expect(await page.getByLabel('Filter tasks').inputValue()).toBe('gt');
    await page.keyboard.press('Control+k');
    const find = page.getByRole('combobox', { name: /^Find a page/ });
    await find.fill(failing);
    await page.getByRole('option', { name: `Job ${failing}`, selected: true }).waitFor();
    await expectAccessible(page);
    await page.keyboard.press('Enter');
    await expect.poll(() => page.url()).toContain(failing);
    await page.keyboard.press('Control+k');
    await find.fill('run slow');
    await page.getByRole('option', { name: 'Run Slow ticker', selected: true }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByLabel('Seconds').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.keyboard.press('?');
    const keys = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
    await keys.getByRole('switch', { name: 'Keys without Ctrl' }).press('Space');
    await page.keyboard.press('Escape');
    await keys.waitFor({ state: 'detached' });
    await page.keyboard.press('?');
    await page.keyboard.press('g');
    await page.keyboard.press('t');
    expect(await keys.count()).toBe(0);
    expect(page.url()).toContain(failing);
    expect(complaints).toEqual([]);
  });

  test('a bot is enrolled with the one line that the page shows, appears without a reload, and has a page', async () => {
    await using visit = await openPage(browser, { storageState: session });
    const { page, complaints } = visit;
    await page.goto(`${server.url}/app/${server.customer}/bots`);
    await page.getByText('Online').waitFor();
    await page.getByRole('button', { name: 'Enrol a bot' }).click();
    const command = page.getByLabel('Command that enrols a bot', { exact: true });
    await command.getByText(server.url).waitFor();

    await using resources = new AsyncDisposableStack();
    resources.use(await runBotLine(await command.innerText(), 'newcomer'));
    const arrived = page.getByRole('status', { name: 'newcomer is there' });
    // npm, the command line and the bot start one after the other
    await arrived.waitFor({ timeout: 45_000 });
    await arrived.getByText(/^linux /).waitFor();
    await arrived.getByText(/bash/).waitFor();
    await arrived.getByRole('button', { name: 'Run a sample on it' }).click();
    await page.getByRole('log').getByText('Hello, newcomer').waitFor();
    await state(page, 'success').waitFor();

    await page.goto(`${server.url}/app/${server.customer}/bots?q=newcomer`);
    const row = page.getByRole('row', { name: /newcomer/ });
    await row.getByText(/memory [\d.]+(\s.B)? of [\d.]+\s.B · disk [\d.]+\s.B free$/).waitFor();
    await page.getByRole('link', { name: 'newcomer' }).click();
    await page.getByRole('heading', { name: 'newcomer' }).waitFor();
    await page.getByText('Online').waitFor();
    const health = page.getByRole('region', { name: 'Health' });
    await health.getByText(/^[\d.]+(\s.B)? of [\d.]+\s.B in use$/).waitFor();
    await health.getByText(/^64\sMiB; with less it takes no jobs$/).waitFor();
    // measured a few seconds after its start, and shown without a reload
    await health.getByText(/^\d+ % of \d+ processors?$/).waitFor();
    await page
      .getByRole('region', { name: 'What it ran last' })
      .getByRole('link', { name: 'hello.sh', exact: true })
      .waitFor();
    await page.getByRole('button', { name: 'Disable' }).click();
    await page.getByRole('textbox', { name: 'Reason' }).fill('Its disk is replaced.');
    await page.keyboard.press('Tab');
    await page.getByRole('dialog').getByRole('button', { name: 'Disable' }).click();
    await page.getByText(`Disabled by ${server.admin.email}`).waitFor();
    await page.getByText('Its disk is replaced.').waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Enable' }).click();
    await page.getByText('Its disk is replaced.').waitFor({ state: 'detached' });
    // it says its versions once it has looked
    await page
      .getByRole('region', { name: 'Interpreters' })
      .getByText(/^\d+\.\d+/)
      .first()
      .waitFor();
    expect(complaints).toEqual([]);
  });

  test('an existing agent gets its credentials file, and appears with what it cannot do', async () => {
    await using visit = await openPage(browser, { storageState: session });
    const { page, complaints } = visit;
    await page.goto(`${server.url}/app/${server.customer}/bots`);
    await page.getByRole('button', { name: 'Connect an existing agent' }).click();
    await page.getByLabel('Bot', { exact: true }).fill('old-1');
    await page.getByRole('button', { name: 'Create credential' }).click();
    const file = await page.getByLabel('The credentials file', { exact: true }).textContent();
    const { supervisor } = JSON.parse(file ?? '') as { supervisor: Record<string, string> };
    expect(supervisor).toMatchObject({ api_url: server.url, client_hostname: 'old-1' });
    await page.getByRole('button', { name: 'Done' }).click();

    const basic = Buffer.from(`${supervisor['client_id']}:${supervisor['client_secret']}`).toString('base64');
    const signedIn = await fetch(`${server.url}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${basic}` },
    });
    const registered = await fetch(`${server.url}/host`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${(await signedIn.json()) as string}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ hostname: 'old-1', version: '2.1.1', info: { platform: 'linux' } }),
    });
    expect(registered.status).toBe(200);
    await page.getByText('TheEye agent 2.1.1').waitFor();
    await page.getByText('cannot stop').waitFor();

    const row = page.getByRole('row', { name: /client_id/ });
    await row.getByRole('button', { name: 'Revoke' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await row.waitFor({ state: 'detached' });
    expect(complaints).toEqual([]);
  });

  test('a viewer sees no button for what only others may do', async () => {
    const user = { name: 'Vera', email: 'vera@example.org', password: 'a viewer’s password' };
    await client.createMember({ body: { user, credential: 'viewer' } });
    await using visit = await openPage(browser);
    const { page } = visit;
    await signIn(page, { ...server, admin: user });
    await page.getByRole('link', { name: 'Tasks', exact: true }).click();
    await page.getByRole('link', { name: 'Slow ticker', exact: true }).waitFor();
    expect(await page.getByRole('button', { name: /^Run/ }).count()).toBe(0);
    expect(await page.getByRole('link', { name: /New task|Credentials|Members/ }).count()).toBe(0);
  });
});

function state(page: Page, name: string): Locator {
  return page.locator(`[data-state="${name}"]`).first();
}

/** Opens a select and takes the first option that fits. */
async function choose(page: Page, select: Locator, option: RegExp): Promise<void> {
  await select.click();
  await page.getByRole('option', { name: option }).first().click();
}

/** Makes a script and its task, runs it and answers the id of the job. */
async function runScript(client: Client, filename: string, content: string): Promise<string> {
  const [host] = await client.listHosts();
  const script = await client.createScript({ body: { filename, content } });
  const task = await client.createTask({
    body: { name: filename, host_id: host?.id ?? null, script_id: script.id, run_as: 'bash %script%' },
  });
  const { id } = await client.runTask({ params: { id: task.id } });
  return id;
}

/** The page of an e-mail, as the documentation of the API gives it. */
function approvalPage({ url, customer }: Server, secret: string, taskId: string): string {
  return `<html>
<head><title>Sample approval request</title></head>
<body></body>
<script>
var secret = "${secret}"
var taskId = "${taskId}"
var customerName = "${customer}"
var template = [
  "<div>",
    '<span>Approve please!</span>',
    '<form action="${url}/job/secret/' + secret + '" method=POST>',
      '<input type="hidden" name="customer" value="' + customerName + '">',
      '<input type="hidden" name="task" value="' + taskId + '">',
      '<input type="hidden" name="task_arguments[]" value="97">',
      '<input type="hidden" name="task_arguments[]" value="arg2">',
      '<input type="submit" value="ACEPTO">',
    '</form>',
  '</div>',
].join("")

document.body.innerHTML = template

</script>
</html>`;
}

/** A page from somewhere else than the supervisor. */
async function servePage(html: string): Promise<AsyncDisposable & { url: string }> {
  const server = createServer((_, response) => response.setHeader('content-type', 'text/html').end(html));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
