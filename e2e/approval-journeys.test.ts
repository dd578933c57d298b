import { createClient, type Client } from '@argus/client';
import type { TaskCreate } from '@argus/contract';
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
  const approval = (name: string, settings: TaskCreate['approval'] = {}) =>
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

  test('who is asked finds it under My pending actions, and rejects it with the reason that it needs', async () => {
    const task = await approval('Rent a larger office', {
      reason: 'on_reject',
      people: [ADA, server.admin.email],
      needed: 2,
    });
    const id = (await client.runTask({ params: { id: task }, body: { task_arguments: ['9000'] } })).id;
    await using visit = await openPage(browser, { storageState: ada });
    const { page, complaints } = visit;
    await page.goto(at('tasks'));
    const link = page.getByRole('link', { name: /^My pending actions/ });
    await link.getByText('1', { exact: true }).waitFor();
    await link.click();
    const entry = page.getByRole('listitem').filter({ hasText: 'Rent a larger office' });
    await entry.getByText('9000').waitFor();
    await entry.getByText('All 2 must approve, 0 did so far.').waitFor();
    await entry.getByRole('button', { name: 'Reject Rent a larger office' }).click();
    await page.getByRole('button', { name: 'Reject Rent a larger office' }).click();
    await page.getByText('is needed: say why').waitFor();
    expect((await job(id)).lifecycle).toBe('onhold');
    await page.getByRole('textbox', { name: 'Why do you reject it?' }).fill('no money for that');
    await page.getByRole('button', { name: 'Reject Rent a larger office' }).click();
    await page.getByText('You rejected Rent a larger office.').waitFor();
    await page.getByRole('heading', { name: 'Nothing waits for you' }).waitFor();
    await link.getByText('1', { exact: true }).waitFor({ state: 'detached' });

    await page.goto(at(`jobs/${id}`));
    await page.getByText(`Rejected by ${ADA}: no money for that.`).waitFor();
    await page.getByText(`${server.admin.email} did not answer`).waitFor();
    expect((await job(id)).state).toBe('failure');
    expect(complaints).toEqual([]);
  });

  test('what waits for others says for whom, and has no buttons', async () => {
    const task = await approval('Order new chairs');
    const id = (await client.runTask({ params: { id: task }, body: { task_arguments: ['40'] } })).id;
    await using visit = await openPage(browser, { storageState: ben });
    const { page, complaints } = visit;
    await page.goto(at('pending'));
    await page.getByRole('heading', { name: 'Nothing waits for you' }).waitFor();
    await page.getByRole('tab', { name: 'Waits for others' }).click();
    const entry = page.getByRole('listitem').filter({ hasText: 'Order new chairs' }).first();
    await entry.getByText(`${ADA} has not answered yet`).waitFor();
    expect(page.url()).toContain('view=others');
    expect(await page.getByRole('button', { name: /Approve|Reject/ }).count()).toBe(0);
    await client.cancelJob({ params: { id } });
    await page.goto(at(`jobs/${id}`));
    await page.getByText('did not answer').waitFor();
    expect(complaints).toEqual([]);
  });

  test('a script that starts by itself waits for its arguments, and runs with what somebody fills in', async () => {
    const [host] = await client.listHosts();
    const script = await client.createScript({
      body: { filename: 'greet.sh', content: 'echo "Hello $1, $2"\necho "[\\"greeted ${1:-nobody}\\"]"\n' },
    });
    const runs = { host_id: host?.id ?? null, script_id: script.id, run_as: 'bash %script%', acls: ['user'] };
    const first = await make({ ...runs, name: 'Somebody arrives' });
    const greet = await make({
      ...runs,
      name: 'Greet the guest',
      triggers: [{ task: first, event: 'success', arguments: { 0: { from: 'output[0]' } } }],
      task_arguments: [
        { type: 'input', label: 'Name' },
        { type: 'input', label: 'Door code', masked: true, value: '' },
      ],
      inputs: { who: 'fixed', people: [ADA], message: 'Who is at the door?' },
    });
    await client.runTask({ params: { id: first } });
    await using visit = await openPage(browser, { storageState: ada });
    const { page, complaints } = visit;
    await expect
      .poll(async () => (await client.listJobs({ query: { task: greet } })).length, { timeout: 20_000 })
      .toBe(1);
    await page.goto(at('pending'));
    const entry = page.getByRole('listitem').filter({ hasText: 'Greet the guest' });
    await entry.getByText('Who is at the door?').waitFor();
    await entry.getByRole('button', { name: 'Fill in Greet the guest' }).click();
    const dialog = page.getByRole('dialog');
    // what the trigger brought is a suggestion
    await expect.poll(() => dialog.getByRole('textbox', { name: 'Name' }).inputValue()).toBe('greeted nobody');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await entry.getByRole('link', { name: 'Greet the guest' }).click();
    await page.getByRole('heading', { name: 'Your input is asked for' }).waitFor();
    await page.getByRole('textbox', { name: 'Name' }).fill('Grace');
    await page.getByRole('button', { name: 'Send' }).click();
    await page.getByText('is required').waitFor();
    await page.getByLabel('Door code').first().fill('4711-secret');
    await page.getByRole('button', { name: 'Send' }).click();
    await page.getByText('You filled in Greet the guest.').waitFor();
    await page.getByText('greeted Grace').first().waitFor();
    await page.getByText(`${ADA} filled it in`).waitFor();
    await page.getByText('Hello Grace, ').waitFor();
    expect(await page.content()).not.toContain('4711-secret');
    expect(complaints).toEqual([]);
  });
});
