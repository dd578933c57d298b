import { createClient, type Client } from '@argus/client';
import type { ApprovalSettings, TaskCreate } from '@argus/contract';
import { startMailSink, type MailSink } from '@argus/testing';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browserPath, launchBrowser, openPage, signIn, type Session } from './browser.ts';
import { startServer, type Server } from './server.ts';

const PASSWORD = 'a password of some length';
const ADA = 'ada@example.org';
const BEN = 'ben@example.org';

describe.skipIf(!browserPath)('what waits for people, in the web page', { timeout: 90_000 }, () => {
  let server: Server;
  let client: Client;
  let browser: Browser;
  let mail: MailSink;
  /** Ada is asked; Ben starts things and sees them. */
  let ada: Session;
  let ben: Session;

  beforeAll(async () => {
    mail = await startMailSink();
    server = await startServer({
      ARGUS_SMTP_URL: mail.url,
      ARGUS_MAIL_FROM: 'Argus <argus@argus.test>',
    });
    client = createClient({ baseUrl: server.url, customer: server.customer, token: server.token });
    browser = await launchBrowser();
    ada = await member(ADA, 'Ada L.');
    ben = await member(BEN, 'Ben K.');
  });
  afterAll(async () => {
    await browser?.close();
    await server?.[Symbol.asyncDispose]();
    await mail?.[Symbol.asyncDispose]();
  });

  async function member(email: string, name: string): Promise<Session> {
    await client.createMember({ body: { user: { name, email, password: PASSWORD }, credential: 'user' } });
    await using visit = await openPage(browser);
    await signIn(visit.page, { ...server, admin: { email, password: PASSWORD } });
    return await visit.page.context().storageState();
  }
  const at = (path: string) => `${server.url}/app/${server.customer}/${path}`;
  const make = async (body: TaskCreate) =>
    (await client.createTask({ body: { acls: ['user'], ...body } })).id;
  const approval = (name: string, settings: ApprovalSettings = {}) =>
    make({
      name,
      type: 'approval',
      approval: { people: [ADA], message: 'Is it within the budget?', ...settings },
      task_arguments: [{ type: 'input', label: 'Amount' }],
    });
  const job = (id: string) => client.getJob({ params: { id } });
  const heading = (page: Page, name: string) => page.getByRole('heading', { name, level: 1 }).waitFor();

  /** Starts a task from its page, and leads to the job. */
  async function start(page: Page, task: string, amount: string): Promise<string> {
    await page.goto(at(`tasks/${task}`));
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: 'Amount' }).fill(amount);
    await dialog.getByRole('button', { name: 'Run', exact: true }).click();
    await page.waitForURL(/\/jobs\/[0-9a-f]{24}$/);
    return page.url().split('/').at(-1) as string;
  }

  test('an approval is asked for by mail, its link decides nothing by being opened, and its button approves', async () => {
    const task = await approval('Pay the printer', { deadline: 10_800 });
    await using bens = await openPage(browser, { storageState: ben });
    const id = await start(bens.page, task, '250');
    await bens.page.getByRole('heading', { name: 'It waits for approval' }).waitFor();
    await bens.page.getByText('You are not among those who are asked.').waitFor();
    await bens.page.getByText(`${ADA} has not answered yet`).waitFor();
    await bens.page.getByText('in 2 h 59 min').waitFor();
    expect(await bens.page.getByRole('button', { name: /^(Approve|Reject)/ }).count()).toBe(0);
    expect(await bens.page.getByRole('button', { name: 'Resume' }).count()).toBe(0);
    expect(await bens.page.getByRole('heading', { name: 'Log' }).count()).toBe(0);

    const letter = await mail.mailTo(ADA);
    expect(letter.subject).toContain('Pay the printer asks for your approval');
    const link = /http\S+\/approval\/\S+/.exec(letter.text)?.[0] ?? '';
    // not signed in anywhere: the link alone says who it is
    await using visit = await openPage(browser);
    const { page, complaints } = visit;
    await page.goto(link);
    await heading(page, 'Pay the printer');
    await page.getByText('Is it within the budget?').waitFor();
    await page.getByText('250').waitFor();
    await page.reload();
    expect((await job(id)).lifecycle).toBe('onhold');
    await page.getByRole('textbox', { name: /^Reason/ }).fill('as agreed');
    await page.getByRole('button', { name: 'Approve' }).click();
    await page.getByRole('status').getByText('You approved it').waitFor();
    expect(await page.getByRole('button').count()).toBe(0);

    await bens.page.getByText(`Approved by ${ADA}: as agreed.`).waitFor();
    await bens.page.getByText('“as agreed”').waitFor();
    await bens.page.getByText('by the link in the mail').waitFor();
    expect((await job(id)).state).toBe('success');
    expect([...complaints, ...bens.complaints]).toEqual([]);
  });
});
