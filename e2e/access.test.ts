import { createClient } from '@argus/client';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browserPath, launchBrowser, openPage, signIn } from './browser.ts';
import { startServer, type Server } from './server.ts';

const FIRST = 'a password of Ada’s';
const SECOND = 'another password of Ada’s';
const THIRD = 'what Ada takes next';

describe.skipIf(!browserPath)('people and access in the page', { timeout: 120_000 }, () => {
  let server: Server;
  let browser: Browser;
  beforeAll(async () => {
    server = await startServer();
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
});
