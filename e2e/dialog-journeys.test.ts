import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { adminSession, browserPath, launchBrowser, openPage, type Session } from './browser.ts';
import { startPageServer } from './page-server.ts';
import type { Server } from './server.ts';
import { goWithin } from './walk.ts';
import { fillWorld, type World } from './world.ts';

/** A dialog: on which page, by which buttons and items of menus one after the other, what it is called, and its address. */
type Case = readonly [
  place: string,
  openers: readonly (string | RegExp)[],
  title: string | RegExp,
  address: string,
];

const MORE = 'More actions';
const PATIENCE_MS = 15_000;

function casesOf(ids: World['ids']): readonly Case[] {
  const task = `tasks/${ids.task}`;
  const workflow = `workflows/${ids.workflow}`;
  return [
    ['tasks', ['Run Deploy the shop'], 'Run Deploy the shop', `dialog=run.${ids.task}`],
    ['tasks?q=state%3Afailing-x', ['Save view'], 'Save view', 'dialog=save-view'],
    [task, ['Run'], 'Run Deploy the shop', 'run=true'],
    [task, [MORE, 'Copy…'], 'Copy Deploy the shop', 'dialog=copy'],
    [task, [MORE, 'Pause…'], 'Pause Deploy the shop?', 'dialog=pause'],
    [task, [MORE, 'Empty queue…'], 'Empty the queue of Deploy the shop?', 'dialog=empty'],
    [task, [MORE, 'Delete…'], 'Delete?', 'dialog=delete'],
    [`${task}?api=secret`, ['Change the secret key'], 'Change the secret key?', 'dialog=change-secret'],
    [`${task}/edit`, ['More ways', 'Copy from another task …'], 'Copy arguments', 'dialog=copy-arguments'],
    [`${task}/edit`, ['Test the arguments'], 'Test the arguments', 'dialog=test'],
    ['jobs', [MORE, 'Delete ended jobs…'], 'Delete ended jobs?', 'dialog=delete-ended'],
    [`jobs/${ids.ended}`, ['Run again with other values'], 'Run Deploy the shop', 'dialog=run-again'],
    ['pending', [/^Fill in /], /^Fill in /, `dialog=fill-in.${ids.fills}`],
    ['pending', [/^Hand on /], /^Hand on /, 'dialog=delegate.'],
    ['bots', ['Connect an existing agent'], 'Connect an existing agent', 'dialog=connect-agent'],
    ['bots', ['Edit web-1.demo'], 'web-1.demo', `dialog=edit.${ids.bot}`],
    [`bots/${ids.bot}`, [/^(Drain|Disable)$/], /^(Drain|Disable) web-1.demo\?$/, `dialog=disable.${ids.bot}`],
    [`bots/${ids.bot}`, ['Remove'], 'Remove?', `dialog=remove.${ids.bot}`],
    ['workflows', [/^Run /], /^Run /, `dialog=run.${ids.workflow}`],
    [workflow, ['Run'], /^Run /, 'run=true'],
    [workflow, ['Dry run'], /^Dry run of /, 'dialog=dry-run'],
    [workflow, [MORE, 'Pause…'], /^Pause /, 'dialog=pause'],
    [workflow, [MORE, 'Delete…'], 'Delete?', 'dialog=delete'],
    [`${workflow}/edit`, ['Dry run'], /^Dry run of /, 'dialog=dry-run'],
    [`${workflow}/versions`, ['Restore version 1'], 'Restore?', 'dialog=restore.1'],
    [`${workflow}/runs/${ids.runAsking}`, ['Run again with other values'], /^Run /, 'dialog=run-again'],
    [`${workflow}/runs/${ids.runAsking}`, ['Cancel the run'], 'Cancel the run?', 'dialog=cancel'],
    [`scripts/${ids.script}`, ['Delete'], 'Delete?', 'dialog=delete'],
    [`scripts/${ids.script}/versions`, ['Restore version 1'], 'Restore?', 'dialog=restore.1'],
    [`webhooks/${ids.webhook}`, ['Delete'], 'Delete?', 'dialog=delete'],
    [`webhooks/${ids.webhook}`, ['Change the secret'], 'Change the secret?', 'dialog=change-secret'],
    ['settings/credentials/integration-tokens', ['New token'], 'New token', 'dialog=new'],
    ['settings/credentials/integration-tokens', [/^Revoke /], 'Revoke?', 'dialog=revoke.'],
    ['settings/credentials/secrets', ['New secret'], 'New secret', 'secret=new'],
    ['settings/credentials/secrets', [/^Delete /], 'Delete?', 'dialog=delete.'],
    [
      'settings/credentials/bot-enrolment',
      ['Connect an existing agent'],
      'Connect an existing agent',
      'dialog=connect-agent',
    ],
    ['settings/members', ['Add a member'], 'Add a member', 'dialog=new'],
    [`settings/members/${ids.member}`, ['Actions', 'Edit tags …'], /^Tags of /, `dialog=tags.${ids.member}`],
    [`settings/members/${ids.member}`, ['Actions', 'Remove …'], 'Remove?', `dialog=remove.${ids.member}`],
    ['settings/organization', ['New organization'], 'New organization', 'dialog=new-organization'],
    ['settings/profile', ['Change password …'], 'Change password', 'dialog=password'],
    ['settings/sessions', ['Sign out everywhere else'], 'Sign out everywhere else?', 'dialog=end-others'],
    [`settings/notifications/rules/${ids.rule}`, ['Delete'], 'Delete?', 'dialog=delete'],
    [`settings/notifications/channels/${ids.channel}`, ['Delete'], 'Delete?', 'dialog=delete'],
    ['queue', [/^Account: /, 'Change password …'], 'Change password', 'dialog=password'],
  ];
}

/** Presses buttons, and items of the menus that they open. */
async function press(page: Page, openers: Case[1]): Promise<void> {
  for (const [index, name] of openers.entries()) {
    const exact = typeof name === 'string';
    const role = index === 0 ? 'button' : 'menuitem';
    await page.getByRole(role, { name, exact }).first().click();
  }
}

describe.skipIf(!browserPath)('dialogs of pages', () => {
  let server: Server;
  let browser: Browser;
  let session: Session;
  let world: World;

  beforeAll(async () => {
    server = await startPageServer();
    [browser, world] = await Promise.all([launchBrowser(), fillWorld(server)]);
    // another session, to be ended
    await adminSession(browser, server);
    session = await adminSession(browser, server);
  });
  afterAll(async () => {
    await browser?.close();
    world?.[Symbol.dispose]();
    await server?.[Symbol.asyncDispose]();
  });

  /** What the person who looks at the pages did, newest first. */
  const done = async () => {
    const entries = await world.client.listAudit({ query: { actor: server.admin.email, limit: 20 } });
    return entries.map(({ id, action }) => `${action} ${id}`);
  };

  test(
    'each has an address: the way back closes it, a reload and the way forth open it, and none acts by that',
    { timeout: 400_000 },
    async () => {
      const before = await done();
      const problems: string[] = [];
      const waiting = [...casesOf(world.ids)];
      const lane = async () => {
        await using visit = await openPage(browser, { storageState: session });
        const { page, complaints } = visit;
        page.setDefaultTimeout(PATIENCE_MS);
        await page.goto(`${server.url}/app/guide/security`);
        for (let one = waiting.shift(); one; one = waiting.shift()) {
          const [place, openers, title, address] = one;
          const dialog = page.getByRole('dialog', { name: title, exact: typeof title === 'string' });
          const expectOpen = async (isOpen: boolean) => {
            await dialog.waitFor({ state: isOpen ? 'visible' : 'detached' });
            const isNamed = () => new URL(page.url()).search.includes(address);
            await expect.poll(isNamed, { timeout: PATIENCE_MS }).toBe(isOpen);
          };
          try {
            await goWithin(page, `${server.url}/app/${server.customer}/${place}`);
            await press(page, openers);
            await expectOpen(true);
            await page.reload();
            await expectOpen(true);
            await page.goBack();
            await expectOpen(false);
            await page.goForward();
            await expectOpen(true);
            await dialog.getByRole('button', { name: 'Close', exact: true }).first().click();
            await expectOpen(false);
            // back where it was opened, not on a second entry of the same page
            expect(await page.evaluate<unknown>('history.state?.opened ?? null')).toBeNull();
          } catch (error) {
            problems.push(`${place} ${address}: ${error instanceof Error ? error.message : String(error)}`);
          }
          problems.push(...complaints.splice(0).map((complaint) => `${place} ${address}: ${complaint}`));
        }
      };
      await Promise.all([lane(), lane()]);
      expect(problems).toEqual([]);
      expect(await done()).toEqual(before);
    },
  );

  test('a code that enrols a bot is made by the button, not by its link or a reload', async () => {
    const codes = async () => (await world.client.listEnrollments({})).length;
    const before = await codes();
    await using visit = await openPage(browser, { storageState: session });
    const { page, complaints } = visit;
    await page.goto(`${server.url}/app/${server.customer}/bots?dialog=enrol`);
    const dialog = page.getByRole('dialog', { name: 'Enrol a bot' });
    await dialog.getByRole('button', { name: 'Make a code' }).waitFor();
    expect(await codes()).toBe(before);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Enrol a bot' }).click();
    await dialog.getByText('The code in it works once').waitFor();
    expect(await codes()).toBe(before + 1);
    await page.reload();
    await dialog.getByRole('button', { name: 'Make a code' }).waitFor();
    expect(await codes()).toBe(before + 1);
    await dialog.getByRole('button', { name: 'Make a code' }).click();
    await dialog.getByText('The code in it works once').waitFor();
    expect(await codes()).toBe(before + 2);
    expect(complaints).toEqual([]);
  });

  test('a token is shown once: its value is in no address, and going back and forth does not show it again', async () => {
    await using visit = await openPage(browser, { storageState: session });
    const { page, complaints } = visit;
    await page.goto(`${server.url}/app/${server.customer}/settings/credentials/integration-tokens`);
    await page.getByRole('button', { name: 'New token' }).click();
    const dialog = page.getByRole('dialog', { name: 'New token' });
    await dialog.getByLabel('Name').fill('Shown once');
    await page.keyboard.press('Enter');
    const done = dialog.getByRole('button', { name: 'Done' });
    await done.waitFor();
    expect(new URL(page.url()).search).toBe('?dialog=new');
    await done.click();
    await dialog.waitFor({ state: 'detached' });
    await page.goForward();
    await dialog.getByLabel('Name').waitFor();
    expect(await dialog.getByLabel('Name').inputValue()).toBe('');
    expect(await done.count()).toBe(0);
    expect(complaints).toEqual([]);
  });
});
