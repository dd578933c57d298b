import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { createClient } from '@argus/client';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectAccessible } from './accessible.ts';
import { browserPath, launchBrowser, openPage, signIn } from './browser.ts';
import { enter, signInByKeys, tabTo } from './keyboard.ts';
import { startPageServer } from './page-server.ts';
import type { Server } from './server.ts';

const shell = async (command: string) => (await promisify(execFile)('sh', ['-c', command])).stdout;

const FIRST = 'a password of Ada’s';
const SECOND = 'another password of Ada’s';
const THIRD = 'what Ada takes next';

describe.skipIf(!browserPath)('people and access in the page', { timeout: 120_000 }, () => {
  let server: Server;
  let browser: Browser;
  beforeAll(async () => {
    server = await startPageServer();
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.[Symbol.asyncDispose]();
  });

  test('somebody is invited, joins, changes their password, forgets it, and is let in again', async () => {
    const ada = { email: 'ada@example.org', password: FIRST };
    await using admins = await openPage(browser);
    const admin = admins.page;
    await signIn(admin, server);
    await admin.getByRole('link', { name: 'Settings' }).click();
    const settings = admin.getByRole('navigation', { name: 'Settings' });
    await settings.getByRole('link', { name: 'Members' }).click();
    await admin.getByRole('button', { name: 'Add a member' }).click();
    await admin.getByLabel('E-mail').fill(ada.email);
    await admin.getByRole('combobox', { name: 'Tags' }).fill('team:ops,');
    await admin.getByRole('button', { name: 'Invite' }).click();
    const invitation = await admin.getByLabel('The invitation', { exact: true }).innerText();
    await admin.getByRole('button', { name: 'Done' }).click();
    const row = admin.getByRole('row', { name: /ada@example.org/ });
    await row.getByText(/Invited until/).waitFor();
    await row.getByText('team:ops').waitFor();

    await settings.getByRole('link', { name: 'Organization' }).click();
    await admin.getByLabel('Jobs at once').fill('20');
    await admin.getByRole('button', { name: 'Save' }).click();
    await admin.getByText('Saved.').waitFor();
    await admin.reload();
    expect(await admin.getByLabel('Jobs at once').inputValue()).toBe('20');
    await settings.getByRole('link', { name: 'Members' }).click();

    await using adas = await openPage(browser);
    const page = adas.page;
    await page.goto(invitation);
    await page.getByRole('heading', { name: 'Join demo' }).waitFor();
    await page.getByLabel('Your name').fill('Ada L.');
    await page.getByLabel('Password', { exact: true }).fill(FIRST);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Home', exact: true }).waitFor();
    expect(page.url()).not.toContain('#');
    await using again = await openPage(browser);
    await again.page.goto(invitation);
    await again.page.getByRole('alert').getByText('unknown, used or expired').waitFor();
    // another link in the same window is another link
    await again.page.goto(`${server.url}/app/invitation#`);
    await again.page.getByRole('alert').getByText('not whole').waitFor();
    expect(again.complaints).toEqual([]);

    await using elsewheres = await openPage(browser);
    const elsewhere = elsewheres.page;
    await signIn(elsewhere, { ...server, admin: ada });
    await page.getByRole('button', { name: /^Account/ }).click();
    await page.getByRole('menuitem', { name: /Change password/ }).click();
    await page.getByLabel('Present password').fill('not this one');
    await page.getByLabel('New password').fill(SECOND);
    await page.keyboard.press('Enter');
    await page.getByText('this is not your present password').waitFor();
    await page.getByLabel('Present password').fill(FIRST);
    await page.keyboard.press('Enter');
    await page.getByText('signed out everywhere but here').waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Home', exact: true }).waitFor();
    await elsewhere.reload();
    await elsewhere.getByRole('button', { name: 'Sign in' }).waitFor();

    await elsewhere.getByRole('link', { name: 'Forgot password?' }).click();
    // the page before has a field of that name, too
    await elsewhere.getByRole('heading', { name: 'Forgot your password?' }).waitFor();
    await elsewhere.getByLabel('E-mail').fill(ada.email);
    await elsewhere.keyboard.press('Enter');
    await elsewhere.getByText('If there is an account').waitFor();
    await admin.reload();
    await admin.getByRole('button', { name: `Actions for ${ada.email}` }).click();
    await admin.getByRole('menuitem', { name: /Link to a new password/ }).click();
    await admin.getByRole('button', { name: 'Make it' }).click();
    const link = await admin.getByLabel('The link', { exact: true }).innerText();
    await elsewhere.goto(link);
    await elsewhere.getByLabel('New password').fill(THIRD);
    await elsewhere.keyboard.press('Enter');
    await elsewhere.getByText('Your new password is set').waitFor();
    await signIn(elsewhere, { ...server, admin: { ...ada, password: THIRD } });
    await page.reload();
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    for (const { complaints } of [admins, adas, elsewheres]) expect(complaints).toEqual([]);
  });

  test('a token for one task ends on its day; the audit tells of it, and of refusals alone when asked', async () => {
    await using visit = await openPage(browser);
    const { page } = visit;
    await signIn(page, server);
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByRole('main').getByRole('link', { name: 'Integration Tokens' }).last().click();
    await page.getByRole('button', { name: 'New token' }).click();
    await page.getByLabel('Name').fill('one task');
    await page.getByRole('combobox', { name: 'Only these tasks' }).fill('Disk');
    await page.getByRole('option', { name: 'Disk report' }).click();
    await page.keyboard.press('Tab');
    await page.getByRole('combobox', { name: 'Ends' }).click();
    await page.getByRole('option', { name: 'In 30 days' }).click();
    await page.getByRole('button', { name: 'Create token' }).click();
    const token = await page.getByLabel('The token', { exact: true }).innerText();
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('row', { name: /one task.*only Disk report/ }).waitFor();
    const holder = createClient({ baseUrl: server.url, token });
    expect((await holder.listTasks()).map(({ name }) => name)).toEqual(['Disk report']);
    await expect(holder.listHosts()).rejects.toMatchObject({ statusCode: 403 });

    await page.getByRole('link', { name: 'Audit log' }).click();
    const created = page.getByRole('row', { name: /token\.create/ });
    await created.getByText(server.admin.email).waitFor();
    await page.getByRole('combobox', { name: 'Outcome' }).click();
    await page.getByRole('option', { name: 'Refused' }).click();
    await page.getByRole('row', { name: /token "one task".*listHosts/ }).waitFor();
    expect(page.url()).toContain('outcome=refused');
    expect(await created.count()).toBe(0);
    await page.reload();
    await page
      .getByRole('row', { name: /listHosts/ })
      .first()
      .waitFor();
    expect(visit.complaints).toEqual([]);
  });

  test('with the keyboard alone a token is made; the line that is shown uses it; revoked, it is refused', async () => {
    await using visit = await openPage(browser);
    const { page } = visit;
    await signInByKeys(page, server, server.admin);
    await enter(page, page.getByRole('link', { name: 'Settings' }));
    await page.getByRole('heading', { name: 'Settings', level: 1 }).waitFor();
    const menu = page.getByRole('navigation', { name: 'Settings' });
    await enter(page, menu.getByRole('link', { name: 'Integration Tokens' }));
    await enter(page, page.getByRole('button', { name: 'New token' }));
    const dialog = page.getByRole('dialog', { name: 'New token' });
    await tabTo(page, dialog.getByLabel('Name'));
    await page.keyboard.type('nightly report');
    await tabTo(page, dialog.getByRole('combobox', { name: 'Ends' }));
    await page.keyboard.press('ArrowDown');
    await page.getByRole('option', { name: 'In 30 days' }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await enter(page, dialog.getByRole('button', { name: 'Create token' }));
    // pressed twice it copies, rather than closing what is shown this once
    await tabTo(page, dialog.getByRole('button', { name: 'Copy: The token' }));
    const line = await dialog.getByLabel('curl that lists tasks', { exact: true }).innerText();
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await expectAccessible(page);
    }
    await enter(page, dialog.getByRole('button', { name: 'Done' }));
    const names = (JSON.parse(await shell(line)) as { name: string }[]).map(({ name }) => name);
    expect(names).toContain('Disk report');

    const row = page.getByRole('row', { name: /nightly report/ });
    await page.reload();
    await row.getByText('from 127.0.0.1').waitFor();
    await enter(page, row.getByRole('button', { name: 'Revoke nightly report' }));
    await enter(page, page.getByRole('dialog').getByRole('button', { name: 'Revoke', exact: true }));
    await row.waitFor({ state: 'detached' });
    expect(await shell(`${line} -o /dev/null -w '%{http_code}'`)).toBe('401');
    expect(visit.complaints).toEqual([]);
  });

  test('a member whom one access list names sees that task and nothing of others, and is told why', async () => {
    const grace = { email: 'grace@example.org', password: 'a password of Grace’s' };
    const first = createClient({ baseUrl: server.url });
    const { access_token: token } = await first.login({ body: server.admin });
    const admin = createClient({ baseUrl: server.url, token });
    // whatever the first start made is for nobody but admins
    for (const { id } of await admin.listTasks())
      await admin.updateTask({ params: { id }, body: { acls: [] } });
    const [host] = await admin.listHosts();
    const script = await admin.createScript({
      body: { filename: 'says-hello.sh', content: '#!/bin/sh\necho hello\n' },
    });
    const make = async (name: string, acls: string[]) => {
      const body = { name, acls, host_id: host?.id ?? '', script_id: script.id };
      const task = await admin.createTask({ body });
      const job = await admin.runTask({ params: { id: task.id } });
      return { task: task.id, job: job.id };
    };
    const seen = await make('Greeting for one', [grace.email]);
    const hidden = await make('Greeting for others', ['manager']);
    const { id: member } = await admin.createMember({ body: { user: grace, credential: 'user' } });

    await using visit = await openPage(browser);
    const { page } = visit;
    const at = (path: string) => `${server.url}/app/${server.customer}/${path}`;
    const rows = (name: RegExp) => page.getByRole('row', { name });
    await signInByKeys(page, server, grace);
    await enter(page, page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Tasks' }));
    await page.getByRole('heading', { name: 'Tasks', exact: true }).waitFor();
    await rows(/Greeting for one/).waitFor();
    const addresses = await page.evaluate<string[]>(
      `[...new Set([...document.querySelectorAll('main a[href*="/tasks/"]')].map((a) => a.pathname.split('/')[4]))]`,
    );
    expect(addresses).toEqual([seen.task]);
    await page.keyboard.press('/');
    await page.keyboard.type('greeting');
    await rows(/Greeting for one/).waitFor();
    expect(await page.getByText('Greeting for others').count()).toBe(0);

    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: /^Find a page/ }).waitFor();
    await page.keyboard.type('greeting for');
    await page.getByRole('option', { name: 'Greeting for one', selected: true }).waitFor();
    expect(await page.getByRole('option', { name: /others/ }).count()).toBe(0);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Greeting for one', level: 1 }).waitFor();
    await enter(page, page.getByRole('button', { name: 'Run', exact: true }));
    await enter(page, page.getByRole('dialog').getByRole('button', { name: 'Run', exact: true }));
    await page.getByRole('log').getByText('hello').waitFor();
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme });
      await expectAccessible(page);
    }

    await page.keyboard.press('g');
    await page.keyboard.press('j');
    await page.getByRole('heading', { name: 'Jobs', exact: true }).waitFor();
    await rows(/Greeting for one/)
      .first()
      .waitFor();
    expect(await page.getByText('Greeting for others').count()).toBe(0);
    // what is typed into the line of addresses leads no further
    for (const path of [`tasks/${hidden.task}`, `tasks/${hidden.task}/edit`, `jobs/${hidden.job}`]) {
      await page.goto(at(path));
      await page.getByRole('alert').getByText('There is no such thing here').first().waitFor();
      expect(await page.content()).not.toContain('Greeting for others');
    }
    await page.goto(at('settings/audit'));
    await page.getByText('This page is not for your role').waitFor();
    await page.getByText(/^Admins and owners may open it\. Your role here is user/).waitFor();
    const menu = page.getByRole('navigation', { name: 'Settings' });
    expect(await menu.getByRole('link', { name: 'Audit log' }).count()).toBe(0);
    await enter(page, menu.getByRole('link', { name: 'Overview' }));
    await page.getByText(/^Admins and owners also have: .*Integration Tokens, .*Audit log\./).waitFor();
    await page.getByText(/^Managers, admins and owners also have: Members\./).waitFor();
    await enter(page, menu.getByRole('link', { name: 'Roles' }));
    await page.getByText(/^Each role may do all .* Your role here is user\.$/).waitFor();
    expect(visit.complaints).toEqual([]);

    await using admins = await openPage(browser);
    await signInByKeys(admins.page, server, server.admin);
    await admins.page.goto(at(`settings/members/${member}?q=greeting`));
    const explained = (name: RegExp) => admins.page.getByRole('row', { name }).waitFor();
    await explained(/Greeting for one.*see and run it.*grace@example\.org/);
    await explained(/Greeting for others.*nothing.*manager/);
    expect(admins.complaints).toEqual([]);
  });

  test('somebody is kept out and let in again; own sessions are ended; retention says what goes before it goes', async () => {
    const linus = { email: 'linus@example.org', password: 'a password of Linus’' };
    const anybody = createClient({ baseUrl: server.url });
    const { access_token: token } = await anybody.login({ body: server.admin });
    const admin = createClient({ baseUrl: server.url, token });
    const { id } = await admin.createMember({ body: { user: linus, credential: 'viewer' } });
    const { access_token: elsewhere } = await anybody.login({ body: linus });
    const at = (path: string) => `${server.url}/app/${server.customer}/${path}`;

    await using his = await openPage(browser);
    await signIn(his.page, { ...server, admin: linus });
    await his.page.goto(at('settings/sessions'));
    await his.page.getByRole('row', { name: /this one/ }).waitFor();
    await his.page.getByRole('button', { name: 'Sign out everywhere else' }).click();
    await his.page.getByRole('dialog').getByRole('button', { name: 'Sign out everywhere else' }).click();
    await his.page.getByText('1 session ended.').waitFor();
    await expect(createClient({ baseUrl: server.url, token: elsewhere }).getProfile()).rejects.toMatchObject({
      statusCode: 401,
    });
    await his.page.setViewportSize({ width: 360, height: 740 });
    await his.page.getByRole('button', { name: 'Settings: Sessions' }).click();
    const menu = his.page.getByRole('navigation', { name: 'Settings' });
    await menu.getByRole('link', { name: 'Profile' }).click();
    await his.page.getByLabel('Your name').fill('Linus B.');
    await his.page.getByRole('button', { name: 'Save' }).click();
    await his.page.getByRole('button', { name: 'Account: Linus B.' }).waitFor();

    await using visit = await openPage(browser);
    const { page } = visit;
    await signIn(page, server);
    await page.goto(at(`settings/members/${id}`));
    const act = async (item: string) => {
      await page.getByRole('button', { name: 'Actions' }).click();
      await page.getByRole('menuitem', { name: item }).click();
    };
    await act('Keep out for a while');
    await page.getByText(/^Kept out since/).waitFor();
    await his.page.reload();
    await his.page.getByRole('button', { name: 'Sign in' }).waitFor();
    await his.page.getByRole('button', { name: 'Español' }).click();
    await his.page.getByRole('button', { name: 'Entrar', exact: true }).waitFor();
    await his.page.getByLabel('Correo electrónico').fill(linus.email);
    await his.page.getByLabel('Contraseña').fill('not his password');
    await his.page.getByRole('button', { name: 'Entrar', exact: true }).click();
    await his.page.getByText('o crear una contraseña nueva').waitFor();
    // what the server says of it is what the title says, so that it does not stand there twice
    expect(await his.page.getByRole('alert').innerText()).toBe(
      'El correo o la contraseña no son correctos. Volver a intentarlo, o crear una contraseña nueva con «¿Olvidó la contraseña?».',
    );
    await his.page.getByRole('button', { name: 'English' }).click();
    await his.page.getByRole('button', { name: 'Sign in' }).waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText(/^Kept out since/).waitFor({ state: 'detached' });
    await signIn(his.page, { ...server, admin: linus });

    const { jobs } = await admin.getRetention();
    await page.goto(at('settings/retention'));
    await page.getByLabel('Ended jobs and runs').fill('30');
    await page.getByText('With these days nothing goes now.').waitFor();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved.').waitFor();
    expect(await admin.getRetention()).toMatchObject({ job_days: 30, audit_days: null, jobs });

    await page.goto(at('settings/audit?action=retention'));
    await page.getByRole('link', { name: /^retention\.update, / }).click();
    await page.getByRole('heading', { name: 'retention.update' }).waitFor();
    await page.getByRole('row', { name: /^job_days nothing 30$/ }).waitFor();
    for (const { complaints } of [his, visit]) expect(complaints).toEqual([]);
  });
});
