import { readFile } from 'node:fs/promises';
import { createClient, type Client } from '@argus/client';
import { until } from '@argus/testing';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectAccessible } from './accessible.ts';
import { adminSession, browserPath, launchBrowser, openPage, signIn, type Session } from './browser.ts';
import { startPageServer } from './page-server.ts';
import type { Server } from './server.ts';

describe.skipIf(!browserPath)('tasks in the web page', () => {
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

  /** A task that writes its arguments, with what else is given. */
  async function makeTask(name: string, more: object = {}): Promise<string> {
    const [host] = await client.listHosts();
    const script = await client.createScript({ body: { filename: 'say.sh', content: 'echo "said $1"\n' } });
    const task = await client.createTask({
      body: { name, host_id: host?.id ?? null, script_id: script.id, run_as: 'bash %script%', ...more },
    });
    return task.id;
  }
  const taskPage = (id: string) => `${server.url}/app/${server.customer}/tasks/${id}`;
  async function menu(page: Page, item: string): Promise<void> {
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: item }).click();
  }

  test('a task is defined and run with the keyboard alone, and what would run is shown while it is typed', async () => {
    await client.createScript({ body: { filename: 'greet.sh', content: 'echo "hello $1 $2"\n' } });
    await using visit = await openPage(browser, { storageState: session });
    const { page, complaints } = visit;
    const { keyboard } = page;
    const isFocused = async (target: Locator) => (await target.and(page.locator(':focus')).count()) > 0;
    await page.goto(`${server.url}/app/${server.customer}/tasks/new`);
    const name = page.getByRole('textbox', { name: 'Name', exact: true });
    await name.waitFor();
    await expect.poll(() => isFocused(name)).toBe(true);
    const hostile = '<img src=x onerror=alert(1)>';
    await keyboard.type(`Greet ${hostile}`);
    /** Tab until a control has the focus. */
    const tabTo = async (role: 'textbox' | 'combobox' | 'button', label: string | RegExp) => {
      const target = page.getByRole(role, { name: label, exact: true }).last();
      for (let presses = 0; presses < 80; presses += 1) {
        if (await isFocused(target)) return;
        await keyboard.press('Tab');
      }
      throw new Error(`Tab does not lead to ${label}`);
    };
    await tabTo('combobox', 'Bots');
    await keyboard.press('ArrowDown');
    await keyboard.press('ArrowDown');
    await keyboard.press('Enter');
    await tabTo('combobox', 'Script');
    await keyboard.type('greet');
    await keyboard.press('Enter');
    await tabTo('textbox', 'Run As');
    await keyboard.type('bash %script');
    const command = page.getByLabel('Command line', { exact: true });
    await keyboard.type('%');
    await expect.poll(() => command.innerText()).toBe('bash /run-directory/script/greet.sh');
    await tabTo('button', 'Add an argument');
    await keyboard.press('Enter');
    await keyboard.press('Enter');
    const label = (place: number) =>
      page.getByRole('group', { name: `Argument ${place}` }).getByLabel('Label');
    await label(1).focus();
    await keyboard.type('Second');
    await label(2).focus();
    await keyboard.type(hostile);
    const order = page.getByRole('button', { name: 'Order: argument 2' });
    await order.focus();
    await keyboard.press('ArrowUp');
    await expect.poll(() => label(1).inputValue()).toBe(hostile);
    expect(await label(2).inputValue()).toBe('Second');
    await page.getByRole('button', { name: 'Test the arguments' }).focus();
    await keyboard.press('Enter');
    const test = page.getByRole('dialog', { name: 'Test the arguments' });
    const first = test.getByRole('textbox', { name: hostile });
    await first.waitFor();
    await expect.poll(() => isFocused(first)).toBe(true);
    await keyboard.type("it's");
    await keyboard.press('Enter');
    await test.getByText('is required').waitFor();
    await keyboard.type('two words');
    const line = `bash /run-directory/script/greet.sh 'it'\\''s' 'two words'`;
    await expect.poll(() => test.getByLabel('Command line', { exact: true }).innerText()).toBe(line);
    await test.getByText('These values would be taken.').waitFor();
    await expectAccessible(page);
    await keyboard.press('Escape');
    await test.waitFor({ state: 'detached' });
    await expect.poll(() => command.innerText()).toBe(line);
    await page.reload();
    await page.getByText('Your unsaved changes are back').waitFor();
    expect(await name.inputValue()).toBe(`Greet ${hostile}`);
    expect(await label(2).inputValue()).toBe('Second');
    await page.getByRole('button', { name: 'Create task' }).focus();
    await keyboard.press('Enter');
    const run = page.getByRole('button', { name: 'Run', exact: true });
    await run.waitFor();
    await page.getByRole('heading', { name: `Greet ${hostile}` }).waitFor();

    await run.focus();
    await keyboard.press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.getByText(/takes it now\./).waitFor();
    await keyboard.type('first');
    await keyboard.press('Tab');
    await keyboard.type('second');
    await keyboard.press('Control+Enter');
    await page.locator('[data-state="success"]').first().waitFor();
    await page.getByText('hello first second').first().waitFor();
    const task = (await client.listTasks()).find((one) => one.name === `Greet ${hostile}`);
    await page.goto(taskPage(task?.id ?? ''));
    await run.focus();
    await keyboard.press('Enter');
    await dialog.getByRole('button', { name: /^first · second/ }).waitFor();
    await dialog.getByText(/Took .* lately\./).waitFor();
    await expectAccessible(page);
    await keyboard.press('Control+Shift+Enter');
    await page.locator('[data-state="success"]').first().waitFor();
    expect(await client.listJobs({ query: { where: { task_id: task?.id } } })).toHaveLength(2);
    expect(complaints).toEqual([]);
  });

  test('a paused task says who paused it and why, refuses runs, and runs again once it is resumed', async () => {
    const id = await makeTask('Pausable');
    await using visit = await openPage(browser, { storageState: session });
    const { page, complaints } = visit;
    await page.goto(taskPage(id));
    await menu(page, 'Pause…');
    await page.getByLabel('Reason').fill('The disk is being replaced.');
    await page.getByRole('dialog').getByRole('button', { name: 'Pause' }).click();
    const banner = page.getByRole('status').filter({ hasText: `Paused by ${server.admin.email}` });
    await banner.getByText('The disk is being replaced.').waitFor();
    expect(await page.getByRole('button', { name: 'Run', exact: true }).isDisabled()).toBe(true);
    await expect(client.runTask({ params: { id } })).rejects.toMatchObject({ code: 'cannot_run' });
    await page.goto(`${server.url}/app/${server.customer}/tasks?q=pausable`);
    await page
      .getByRole('row', { name: /Pausable/ })
      .getByText('Paused')
      .waitFor();
    expect(await page.getByRole('button', { name: 'Run Pausable' }).isDisabled()).toBe(true);
    await page.goto(taskPage(id));
    await banner.getByRole('button', { name: 'Resume' }).click();
    await banner.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Run', exact: true }).click();
    await page.locator('[data-state="success"]').first().waitFor();
    expect(complaints).toEqual([]);
  });

  test('a copy of a task gets the name that one gives it, and is opened', async () => {
    const id = await makeTask('Original', { tags: ['first'] });
    await using visit = await openPage(browser, { storageState: session });
    const { page, complaints } = visit;
    await page.goto(taskPage(id));
    await menu(page, 'Copy…');
    const name = page.getByLabel('Name of the copy');
    expect(await name.inputValue()).toBe('Copy of Original');
    await name.fill('The other one');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'The other one', exact: true }).waitFor();
    expect(page.url()).not.toBe(taskPage(id));
    await page.getByRole('link', { name: 'first' }).click();
    await page.getByRole('link', { name: 'Original', exact: true }).waitFor();
    await page.getByRole('link', { name: 'The other one', exact: true }).waitFor();
    expect(await page.getByRole('link', { name: 'Disk report', exact: true }).count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  test('the run dialog, the examples of the API and the time shown have addresses that can be shared', async () => {
    const id = await makeTask('Shared', { task_arguments: [{ type: 'input', label: 'Whom' }] });
    await using visit = await openPage(browser, { storageState: session });
    const { page, complaints } = visit;
    const parameters = () => [...new URL(page.url()).searchParams].map((one) => one.join('='));
    await page.goto(taskPage(id));
    await page.getByRole('tab', { name: 'With its secret key' }).click();
    await page.getByLabel('Time shown').getByText('7 days').click();
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await page.getByRole('dialog', { name: 'Run Shared' }).waitFor();
    await expect.poll(parameters).toEqual(['api=secret', 'range=7d', 'run=true']);

    // as who gets the link
    await page.reload();
    const dialog = page.getByRole('dialog', { name: 'Run Shared' });
    await dialog.getByLabel('Whom').waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await expect.poll(parameters).toEqual(['api=secret', 'range=7d']);
    await page.getByRole('tab', { name: 'With its secret key', selected: true }).waitFor();
    await page
      .getByLabel('Time shown')
      .getByRole('radio', { name: '7 days', checked: true })
      .waitFor({ state: 'attached' });

    // what was run is not asked for again on the way back
    await page.goto(`${taskPage(id)}?run=true`);
    await dialog.getByLabel('Whom').fill('Ada');
    await page.keyboard.press('Control+Enter');
    await page.locator('[data-state="success"]').first().waitFor();
    expect(page.url()).toContain('/jobs/');
    await page.goBack();
    await page.getByRole('heading', { name: 'Shared', exact: true }).waitFor();
    expect(parameters()).toEqual([]);
    expect(await dialog.count()).toBe(0);

    // a link does not go around what keeps the button from being pressed
    await client.updateTask({ params: { id }, body: { host_id: null } });
    await page.goto(`${taskPage(id)}?run=true`);
    await page.getByRole('status').filter({ hasText: 'It cannot run yet' }).waitFor();
    expect(await page.getByRole('dialog').count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  test('a changed secret key is shown, works, and the address with the old one is dead', async () => {
    const id = await makeTask('Secretive');
    const { secret: old } = await client.getTaskCredentials({ params: { id } });
    const run = async (secret: string) => {
      const url = `${server.url}/${server.customer}/task/${id}/secret/${secret}/job`;
      return (await fetch(url, { method: 'POST' })).status;
    };
    expect(await run(old)).toBe(200);
    await using visit = await openPage(browser, { storageState: session });
    const { page, complaints } = visit;
    await page.goto(taskPage(id));
    await page.getByRole('tab', { name: 'With its secret key' }).click();
    await page.getByRole('button', { name: 'Change the secret key' }).click();
    await page.getByRole('dialog').getByText('The old one stops at once').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Change the secret key' }).click();
    const fresh = await page.getByLabel('Secret key', { exact: true }).innerText();
    expect(fresh).toMatch(/^[0-9a-f]{64}$/);
    expect(fresh).not.toBe(old);
    expect([await run(old), await run(fresh)]).toEqual([403, 200]);
    expect(complaints).toEqual([]);
  });

  test('the queue of a task is emptied after one was told how many jobs wait', async () => {
    const id = await makeTask('Queued');
    const done = await client.runTask({ params: { id } });
    await client.waitForJob(done.id);
    const held = { body: { lifecycle: 'onhold' }, params: { id } };
    const waiting = [await client.runTask(held), await client.runTask(held)];
    await using visit = await openPage(browser, { storageState: session });
    const { page, complaints } = visit;
    await page.goto(taskPage(id));
    await menu(page, 'Empty queue…');
    const dialog = page.getByRole('dialog');
    await dialog.getByText('2 jobs wait.').waitFor();
    await dialog.getByLabel('Finished').check();
    await dialog.getByRole('button', { name: 'Empty queue' }).click();
    await page.getByText('3 jobs were taken away.').waitFor();
    await expect(client.getJob({ params: { id: done.id } })).rejects.toMatchObject({ statusCode: 404 });
    for (const job of waiting)
      expect(await client.getJob({ params: { id: job.id } })).toMatchObject({ lifecycle: 'canceled' });
    expect(complaints).toEqual([]);
  });

  test('a task that asks to be confirmed is not run before that, also with the last values and by a restart', async () => {
    const id = await makeTask('Restart the shop', {
      task_arguments: [{ type: 'input', label: 'Why' }],
    });
    await using visit = await openPage(browser, { storageState: session });
    const { page, complaints } = visit;
    await page.goto(`${taskPage(id)}/edit`);
    await page.getByLabel('Confirm before a run').fill('Nobody can pay for a minute');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Why').fill('a new certificate');
    await page.keyboard.press('Enter');
    await dialog.getByText('is to be confirmed first').waitFor();
    await expect
      .poll(() => dialog.getByLabel('Nobody can pay for a minute').evaluate((one) => one.matches(':focus')))
      .toBe(true);
    expect(await client.listJobs({ query: { task: id } })).toEqual([]);
    await page.keyboard.press('Space');
    await page.keyboard.press('Control+Enter');
    await page.waitForURL(/\/jobs\/[0-9a-f]{24}/);
    await page.getByRole('button', { name: 'Restart' }).click();
    await dialog.getByLabel('Why').waitFor();
    await page.keyboard.press('Control+Enter');
    await dialog.getByText('is to be confirmed first').waitFor();
    expect(await client.listJobs({ query: { task: id } })).toHaveLength(1);
    expect(complaints).toEqual([]);
  });

  test('a task is chosen as trigger of another, and cannot be deleted without a word about that', async () => {
    const first = await makeTask('Earlier');
    const second = await makeTask('Later');
    await using visit = await openPage(browser, { storageState: session });
    const { page, complaints } = visit;
    await page.goto(`${taskPage(second)}/edit`);
    await page.getByRole('combobox', { name: 'Triggered by' }).fill('earlier: suc');
    await page.getByRole('option', { name: 'Earlier: success' }).click();
    await page.keyboard.press('Escape');
    await page.getByRole('textbox', { name: 'Environment (env)' }).fill('9LIVES=1');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('9LIVES is not a valid name').first().waitFor();
    await page.getByRole('textbox', { name: 'Environment (env)' }).fill('LIVES=9');
    await page.getByLabel('Priority').fill('7');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('link', { name: 'Earlier: success' }).waitFor();
    const [event] = (await client.listEvents()).filter(
      ({ emitter_id, name }) => emitter_id === first && name === 'success',
    );
    expect(await client.getTask({ params: { id: second } })).toMatchObject({
      triggers: [event?.id],
      priority: 7,
      env: { LIVES: '9' },
    });
    await page.getByRole('link', { name: 'Earlier: success' }).click();
    await menu(page, 'Delete…');
    await page.getByRole('dialog').getByRole('link', { name: 'Later' }).waitFor();
    await page.getByRole('button', { name: 'Delete anyway' }).click();
    await page.getByRole('heading', { name: 'Tasks' }).waitFor();
    // for some seconds it is only out of sight
    const link = page.getByRole('link', { name: 'Earlier', exact: true });
    await link.waitFor({ state: 'detached' });
    await page
      .getByRole('alert')
      .filter({ hasText: 'Deleting Earlier' })
      .getByRole('button', { name: 'Undo' })
      .click();
    await link.click();
    await menu(page, 'Delete…');
    await page.getByRole('button', { name: 'Delete anyway' }).click();
    await page.getByText('Deleting Earlier').waitFor();
    // who leaves the page meant it
    await page.goto('about:blank');
    await until(async () =>
      (await client.listTasks({ query: { unassigned: '1' } })).every(({ id }) => id !== first),
    );
    await expect(client.getTask({ params: { id: first } })).rejects.toMatchObject({ statusCode: 404 });
    expect(complaints).toEqual([]);
  });

  test('a job waits for labels, says so, runs when a bot gets them, and is tried again as its task says', async () => {
    await using visit = await openPage(browser, { storageState: session });
    const { page, complaints } = visit;
    await page.goto(`${server.url}/app/${server.customer}/tasks/new`);
    await page.getByRole('textbox', { name: 'Name' }).first().fill('Turbo');
    await page.getByText('Any bot with labels').click();
    await page.getByRole('combobox', { name: 'Labels' }).fill('Turbo');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await page.getByText('No bot carries all of them yet').waitFor();
    await page.getByText('Write a new one').click();
    await page.getByLabel('Filename').fill('turbo.sh');
    await page.getByLabel('Content').fill('echo "try again"; exit 3');
    await page.getByLabel('Run As').fill('bash %script%');
    await page.getByLabel('Further attempts').fill('1');
    await page.getByLabel('Wait before the next attempt').fill('0');
    await page.getByLabel('it timed out').uncheck();
    await page.getByLabel('Memory').fill('4096');
    await page.getByLabel('Expires after').fill('3600');
    await page.getByRole('button', { name: 'Create task' }).click();
    await page.getByText('once on failure or loss, at once').waitFor();
    await page.getByText('any with turbo').waitFor();
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Run', exact: true }).click();
    await page.getByText('No bot carries turbo: give a bot this label.').waitFor();
    await page.getByText('It is the next in line.').waitFor();
    const job = page.url();
    await page.getByRole('button', { name: 'Priority of Turbo' }).click();
    await page.getByRole('textbox', { name: 'Priority' }).fill('5');
    await page.getByRole('button', { name: 'Set', exact: true }).click();

    await page.getByRole('link', { name: 'The whole queue' }).click();
    const queue = page.getByRole('region', { name: 'Any bot with turbo' });
    await queue.getByText(/priority 5/).waitFor();
    await queue.getByRole('button', { name: 'Priority of Turbo' }).click();
    await page.getByRole('textbox', { name: 'Priority' }).fill('7');
    await page.getByRole('button', { name: 'Set', exact: true }).click();
    await queue.getByText(/priority 7/).waitFor();
    await queue.getByRole('button', { name: 'Hold Turbo' }).click();
    await queue.getByText(`Held by ${server.admin.email}`).first().waitFor();
    await queue.getByRole('button', { name: 'Resume Turbo' }).click();
    await queue.getByText('No bot carries turbo').first().waitFor();

    await page.getByRole('link', { name: 'Bots' }).click();
    await page.getByRole('button', { name: /^Edit / }).click();
    await page.getByRole('combobox', { name: 'Labels' }).fill('turbo');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await page.getByTitle('Given by people').getByText('turbo').waitFor();

    await page.goto(job);
    await page.locator('[data-state="failure"]').first().waitFor();
    const attempts = page.getByRole('region', { name: 'Attempts' }).getByRole('row', { name: 'Exit code 3' });
    await attempts.nth(1).waitFor();
    expect(complaints).toEqual([]);
  });

  test('a manager says who may see a task without being allowed to edit it', async () => {
    const user = { name: 'Mo', email: 'mo@example.org', password: 'a manager’s password' };
    await client.createMember({ body: { user, credential: 'manager' } });
    const id = await makeTask('Shared', { acls: ['manager'] });
    await using visit = await openPage(browser);
    const { page, complaints } = visit;
    await signIn(page, { ...server, admin: user });
    await page.goto(taskPage(id));
    // what comes above it would move its button away under the pointer
    await page.getByText('No job has ended in this time.').waitFor();
    await page.getByText('It has not run yet.').waitFor();
    const list = page.getByRole('combobox', { name: 'Access list' });
    await list.fill('nobody');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('“nobody” is no member').waitFor();
    await list.press('Backspace');
    await list.fill('mo@');
    await page.getByRole('option', { name: user.email }).click();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved who may see it.').waitFor();
    expect(await client.getTaskAcl({ params: { id } })).toEqual({ acl: ['manager', user.email] });
    expect(await page.getByRole('link', { name: 'Edit' }).count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  test('tasks are found by fields, with suggestions by keyboard, and the search is kept as a view', async () => {
    await makeTask('Finder one', { tags: ['finder', 'two words'] });
    await makeTask('Finder two', { tags: ['finder'] });
    await using visit = await openPage(browser, { storageState: session });
    const { page, complaints } = visit;
    await page.goto(`${server.url}/app/${server.customer}/tasks`);
    const box = page.getByRole('combobox', { name: 'Filter tasks' });
    await box.click();
    await page.keyboard.type('ta');
    await page.getByRole('option', { name: 'tag:' }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.keyboard.type('find');
    await page.getByRole('option', { name: 'finder' }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Tab');
    expect(await box.inputValue()).toBe('tag:finder ');
    await page.keyboard.type('-tag:"two words"');
    await page.getByRole('link', { name: 'Finder two', exact: true }).waitFor();
    await page.getByRole('link', { name: 'Finder one', exact: true }).waitFor({ state: 'detached' });
    await expectAccessible(page);

    await page.getByRole('button', { name: 'Save view' }).click();
    await page.getByLabel('Name of the view').fill('One word');
    await page.keyboard.press('Enter');
    const view = page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: 'One word' });
    await view.waitFor();
    await page.goto(`${server.url}/app/${server.customer}/tasks?q=state:burning`);
    await page.getByText('There is no state “burning”.').waitFor();
    await view.click();
    await page.getByRole('link', { name: 'Finder two', exact: true }).waitFor();
    expect(new URL(page.url()).searchParams.get('q')).toBe('tag:finder -tag:"two words"');
    await page.getByRole('button', { name: 'The view One word' }).click();
    await page.getByRole('menuitem', { name: 'Delete the view' }).click();
    await view.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'How to search' }).click();
    await page.getByText('before anything: not').waitFor();
    expect(complaints).toEqual([]);
  });

  test('selected tasks are changed together, and what failed is told with its reason', async () => {
    const names = ['Many a', 'Many b', 'Many c'];
    const ids: string[] = [];
    for (const name of names) ids.push(await makeTask(name));
    const other = await client.createTask({
      body: { name: 'Started by many', triggers: [{ task: ids[0] as string, event: 'success' }] },
    });
    await using visit = await openPage(browser, { storageState: session });
    const { page, complaints } = visit;
    await page.goto(`${server.url}/app/${server.customer}/tasks?q=%22Many%20%22`);
    await page.getByRole('checkbox', { name: 'Select Many a' }).focus();
    await page.keyboard.press('Shift+ArrowDown');
    await page.keyboard.press('Shift+ArrowDown');
    const bar = page.getByRole('toolbar', { name: 'With the selected tasks' });
    await bar.getByText('3 selected').waitFor();
    await expectAccessible(page);
    await bar.getByRole('button', { name: 'Tags…' }).click();
    await page.getByRole('combobox', { name: 'Add' }).fill('bulk');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await page.getByRole('button', { name: 'Change the tags' }).click();
    await page.getByText('3 tasks are done').waitFor();
    await page.getByRole('button', { name: 'Close', exact: true }).last().click();
    expect((await client.getTask({ params: { id: ids[1] as string } })).tags).toEqual(['bulk']);

    await bar.getByRole('button', { name: 'Export…' }).click();
    const file = page.waitForEvent('download');
    await page.getByRole('dialog').getByRole('button', { name: 'Export', exact: true }).click();
    const recipes = JSON.parse(await readFile(await (await file).path(), 'utf8')) as { recipes: unknown[] };
    expect(recipes.recipes).toHaveLength(3);
    await page.getByRole('dialog').getByRole('button', { name: 'Close', exact: true }).last().click();

    await bar.getByRole('button', { name: 'Delete…' }).click();
    const begin = page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true });
    expect(await begin.isDisabled()).toBe(true);
    await page.getByLabel('Type 3 to delete them').fill('3');
    await begin.click();
    await page.getByText('2 tasks are done').waitFor();
    await page.getByText('1 failed: it is as it was.').waitFor();
    await page.getByRole('dialog').getByRole('link', { name: 'Many a' }).waitFor();
    await page.getByRole('button', { name: 'Select those that failed' }).click();
    await bar.getByText('1 selected').waitFor();
    await client.deleteTask({ params: { id: other.id } });
    expect(complaints).toEqual([]);

    // what was exported comes back by being dropped on the list
    const text = JSON.stringify(recipes);
    const files = await page.evaluateHandle(
      `const data = new DataTransfer(); data.items.add(new File([${JSON.stringify(text)}], 'tasks.recipes.json')); data`,
    );
    await page.dispatchEvent('body', 'drop', { dataTransfer: files });
    await page.getByRole('dialog').getByRole('button', { name: 'Import', exact: true }).click();
    await page.getByText('3 recipes are imported').waitFor();
    expect(complaints).toEqual([]);
  });

  test('a row unfolds to its runs and schedules, and a schedule is deleted there', async () => {
    const id = await makeTask('Unfolded');
    await client.createTaskSchedule({
      params: { id },
      body: { name: 'Each night', repeatEvery: '0 3 * * *' },
    });
    const job = await client.runTask({ params: { id } });
    await client.waitForJob(job.id);
    await using visit = await openPage(browser, { storageState: session });
    const { page, complaints } = visit;
    await page.goto(`${server.url}/app/${server.customer}/tasks?q=Unfolded%20state:scheduled`);
    const opener = page.getByRole('button', { name: 'More about Unfolded' });
    await opener.press('Enter');
    const more = page.getByRole('group', { name: 'More about Unfolded' });
    await more.getByRole('link', { name: /Success/ }).waitFor();
    await expectAccessible(page);
    // an unfolded row has its address
    await page.reload();
    await more.getByRole('button', { name: 'Delete Each night' }).click();
    await page.getByText('It has none: no clock starts it.').waitFor();
    expect(await client.listTaskSchedules({ params: { id } })).toEqual([]);
    expect(complaints).toEqual([]);
  });
});
