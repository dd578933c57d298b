import { createClient, type Client } from '@argus/client';
import type { TaskCreate } from '@argus/contract';
import { startMailSink, type MailSink } from '@argus/testing';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectAccessible } from './accessible.ts';
import { adminSession, browserPath, launchBrowser, openPage, signIn, type Session } from './browser.ts';
import { startPageServer } from './page-server.ts';
import type { Server } from './server.ts';

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
  let admin: Session;

  beforeAll(async () => {
    mail = await startMailSink();
    server = await startPageServer({
      ARGUS_SMTP_URL: mail.url,
      ARGUS_MAIL_FROM: 'Argus <argus@argus.test>',
    });
    client = createClient({ baseUrl: server.url, customer: server.customer, token: server.token });
    browser = await launchBrowser();
    ada = await member(ADA, 'Ada L.');
    ben = await member(BEN, 'Ben K.');
    admin = await adminSession(browser, server);
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

  const enter = async (input: Locator, text: string) => {
    await input.fill(text);
    await input.press('Enter');
  };

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
    await bens.page.getByText('due in 2 h 59 min').waitFor();
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
    await using phone = await openPage(browser, {
      locale: 'es-ES',
      viewport: { width: 360, height: 740 },
    });
    await phone.page.goto(link);
    await phone.page.getByRole('status').getByText('Se pide su aprobación').waitFor();
    await phone.page.getByRole('textbox', { name: 'Motivo (opcional)' }).waitFor();
    await phone.page.getByRole('button', { name: 'Aprobar', exact: true }).waitFor();
    expect(await phone.page.evaluate('document.documentElement.scrollWidth')).toBe(360);
    for (const colorScheme of ['light', 'dark'] as const) {
      await phone.page.emulateMedia({ colorScheme });
      await expectAccessible(phone.page);
    }
    expect((await job(id)).lifecycle).toBe('onhold');
    await page.getByRole('textbox', { name: /^Reason/ }).fill('as agreed');
    await page.getByRole('button', { name: 'Approve' }).click();
    await page.getByRole('status').getByText('You approved it').waitFor();
    expect(await page.getByRole('button').count()).toBe(0);

    await bens.page.getByText(`Approved by ${ADA}: as agreed.`).waitFor();
    await bens.page.getByText('“as agreed”').waitFor();
    await bens.page.getByText('by the link in the mail').waitFor();
    expect((await job(id)).state).toBe('success');
    expect([...complaints, ...bens.complaints, ...phone.complaints]).toEqual([]);
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
    await page.getByRole('link', { name: 'My pending actions (1)' }).click();
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
    await page.getByRole('link', { name: 'My pending actions', exact: true }).waitFor();

    await page.goto(at(`jobs/${id}`));
    await page.getByText(`Rejected by ${ADA}: no money for that.`).waitFor();
    await page.getByText(`${server.admin.email} did not answer`).waitFor();
    expect((await job(id)).state).toBe('failure');
    expect(complaints).toEqual([]);
  });

  test('what is asked of one is handed on, with its file, to another who decides in their place', async () => {
    const task = await make({
      name: 'Pay the caterer',
      type: 'approval',
      approval: { people: [ADA] },
      task_arguments: [{ type: 'file', label: 'Bill' }],
    });
    const bill = 'data:text/csv;name=bill.csv;base64,YTsx';
    const id = (await client.runTask({ params: { id: task }, body: { task_arguments: [bill] } })).id;
    await using visit = await openPage(browser, { storageState: ada });
    const { page, complaints } = visit;
    await page.goto(at('pending'));
    const entry = page.getByRole('listitem').filter({ hasText: 'Pay the caterer' });
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      entry.getByRole('link', { name: 'Download bill.csv' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('bill.csv');
    await entry.getByRole('button', { name: 'Hand on Pay the caterer to somebody else' }).click();
    const dialog = page.getByRole('dialog');
    await enter(dialog.getByLabel('Member'), 'nobody@example.org');
    await dialog.getByText('is no single member').first().waitFor();
    await enter(dialog.getByLabel('Member'), BEN);
    await page.getByText(`${BEN} is asked now`).waitFor();
    await entry.waitFor({ state: 'detached' });

    await using bens = await openPage(browser, { storageState: ben });
    await bens.page.goto(at(`jobs/${id}`));
    await bens.page.getByText(`in place of ${ADA}`).waitFor();
    await bens.page.getByRole('button', { name: 'Approve Pay the caterer' }).click();
    await bens.page.getByText(`Approved by ${BEN}.`).waitFor();
    expect((await mail.mailTo(BEN)).text).toContain(`You are asked in place of ${ADA}.`);
    expect([...complaints.filter((text) => !text.includes('400')), ...bens.complaints]).toEqual([]);
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

  test('who is asked sees the job of a task that is hidden from them, and approves it in one step', async () => {
    const task = await make({
      name: 'Open the vault',
      type: 'approval',
      acls: [],
      approval: { people: [ADA], no_self: true },
    });
    const id = (await client.runTask({ params: { id: task } })).id;
    await using visit = await openPage(browser, { storageState: ada });
    const { page, complaints } = visit;
    await page.goto(at('pending'));
    await page.getByRole('link', { name: 'Open the vault' }).click();
    await page.getByRole('heading', { name: 'Your approval is asked for' }).waitFor();
    await page.getByRole('button', { name: 'Repeat' }).waitFor({ state: 'detached' });
    await page.goBack();
    await page.getByRole('button', { name: 'Approve Open the vault' }).click();
    await page.getByText('You approved Open the vault.').waitFor();
    await expect.poll(async () => (await job(id)).state).toBe('success');
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
    await expect
      .poll(() => dialog.getByRole('textbox', { name: 'Name' }).inputValue())
      .toBe('greeted nobody');
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

  test('an approval is made in the page, assigned when it runs, and decided by the keyboard at its link', async () => {
    await using admins = await openPage(browser, { storageState: admin });
    const { page, complaints } = admins;
    await page.goto(at('tasks/new'));
    await page.getByRole('radio', { name: 'Approval' }).click();
    expect(await page.getByRole('heading', { name: 'What runs, and where' }).count()).toBe(0);
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Check the contract');
    await page.getByRole('textbox', { name: 'Message' }).fill('Are all clauses as agreed?');
    await enter(page.getByRole('combobox', { name: 'People' }), 'nobody of that name');
    await page.getByRole('radio', { name: 'All of them' }).click();
    await page.getByRole('textbox', { name: 'Deadline', exact: true }).fill('2');
    await page.getByRole('combobox', { name: 'When nobody decided in time' }).click();
    await page.getByRole('option', { name: 'It counts as rejected' }).click();
    await enter(page.getByRole('combobox', { name: 'ACL' }), 'user');
    await page.getByRole('button', { name: 'Create task' }).click();
    await page.getByText('“nobody of that name” is neither an e-mail').waitFor();
    await page.getByRole('combobox', { name: 'Who is asked' }).click();
    await page.getByRole('option', { name: 'Whom the run is assigned to' }).click();
    await page.getByRole('combobox', { name: 'Otherwise' }).press('Backspace');
    await page.getByRole('button', { name: 'Create task' }).click();
    await heading(page, 'Check the contract');
    await page.getByText('2 h, then it counts as rejected').waitFor();
    const task = page.url().split('/').at(-1) as string;
    expect((await client.getTask({ params: { id: task } })).approval).toEqual({
      who: 'assigned',
      people: [],
      needed: 'all',
      deadline: 7_200,
      on_deadline: 'reject',
      reason: 'never',
      no_self: false,
      message: 'Are all clauses as agreed?',
    });
    await page.getByRole('link', { name: 'Edit' }).click();
    await heading(page, 'Edit Check the contract');
    expect(await page.getByRole('radio', { name: 'Script' }).count()).toBe(0);
    expect(await page.getByRole('textbox', { name: 'Deadline', exact: true }).inputValue()).toBe('2');

    await using bens = await openPage(browser, { storageState: ben });
    await bens.page.goto(at(`tasks/${task}`));
    await bens.page.getByRole('button', { name: 'Run', exact: true }).click();
    const dialog = bens.page.getByRole('dialog');
    const assign = dialog.getByRole('combobox', { name: 'Assign to' });
    await enter(assign, 'eve@example.org');
    await dialog.getByRole('button', { name: 'Run', exact: true }).click();
    await dialog.getByText('“eve@example.org” is no member of this organization').waitFor();
    await assign.press('Backspace');
    await enter(assign, ADA);
    const letters = mail.mails.filter(({ to }) => to.includes(ADA)).length;
    await dialog.getByRole('button', { name: 'Run', exact: true }).click();
    await bens.page.getByRole('heading', { name: 'It waits for approval' }).waitFor();

    const letter = await mail.mailTo(ADA, letters);
    await using visit = await openPage(browser, { viewport: { width: 360, height: 740 } });
    await visit.page.goto(/http\S+\/approval\/\S+/.exec(letter.text)?.[0] ?? '');
    await heading(visit.page, 'Check the contract');
    const press = (key: string) => visit.page.keyboard.press(key);
    await press('Tab');
    await visit.page.keyboard.type('clause 7 is missing');
    await press('Tab');
    await press('Tab');
    await press('Enter');
    await visit.page.getByRole('status').getByText('You rejected it').waitFor();
    await bens.page.getByText(`Rejected by ${ADA}: clause 7 is missing.`).waitFor();
    expect([...complaints, ...bens.complaints, ...visit.complaints]).toEqual([]);
  });

  test('a form is left to who is asked, or filled in by who runs it', async () => {
    const task = await make({
      name: 'Details of a guest',
      type: 'input',
      task_arguments: [{ type: 'input', label: 'Name' }],
      inputs: { who: 'fixed', people: [ADA] },
    });
    await using bens = await openPage(browser, { storageState: ben });
    const { page, complaints } = bens;
    await page.goto(at(`tasks/${task}`));
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('switch', { name: 'Let those fill it in who are asked' }).click();
    await dialog.getByRole('textbox', { name: 'Name' }).waitFor({ state: 'detached' });
    await dialog.getByRole('button', { name: 'Run', exact: true }).click();
    await page.getByRole('heading', { name: 'It waits for input' }).waitFor();
    expect(await page.getByRole('button', { name: 'Send' }).count()).toBe(0);

    await page.goto(at(`tasks/${task}`));
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await dialog.getByRole('textbox', { name: 'Name' }).fill('Grace');
    await dialog.getByRole('button', { name: 'Run', exact: true }).click();
    await page.getByRole('region', { name: 'Output' }).getByText('Grace').waitFor();
    expect(complaints).toEqual([]);
  });

  test('tasks that call an address or send a message have forms of their own', async () => {
    const channel = await client.createChannel({
      body: { name: 'On call', type: 'email', addresses: ['oncall@example.org'] },
    });
    await using admins = await openPage(browser, { storageState: admin });
    const { page, complaints } = admins;
    await page.goto(at('tasks/new'));
    await page.getByRole('radio', { name: 'HTTP request' }).click();
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Ping the shop');
    await page.getByRole('textbox', { name: 'Address' }).fill('shop.example.org');
    await page.getByRole('textbox', { name: 'Headers' }).fill('Accept');
    await page.getByRole('button', { name: 'Create task' }).click();
    await page.getByText('“Accept” is no header: write Name: value').waitFor();
    await page.getByRole('textbox', { name: 'Headers' }).fill('Accept: text/plain\nX-Order: {0}');
    await page.getByRole('button', { name: 'Create task' }).click();
    await page.getByText('must begin with http:// or https://').first().waitFor();
    await page.getByRole('textbox', { name: 'Address' }).fill('https://shop.example.org/health');
    const sent = page.getByRole('region', { name: 'What would be sent' });
    await sent.getByText('GET https://shop.example.org/health').waitFor();
    await sent.getByText('text/plain').waitFor();
    await page.getByRole('button', { name: 'Create task' }).click();
    await heading(page, 'Ping the shop');
    await page.getByText('GET https://shop.example.org/health').waitFor();
    const called = await client.getTask({ params: { id: page.url().split('/').at(-1) as string } });
    expect(called.request?.headers).toEqual({ Accept: 'text/plain', 'X-Order': '{0}' });

    await page.goto(at('tasks/new'));
    await page.getByRole('radio', { name: 'Notification' }).click();
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Tell the team');
    await page.getByRole('textbox', { name: 'Subject' }).fill('{0} is done');
    await sent.getByText('Nobody: name somebody under Recipients.').waitFor();
    await page.getByRole('combobox', { name: 'Recipients' }).fill('On call');
    await page.getByRole('option', { name: 'On call (E-mail)' }).click();
    await enter(page.getByRole('combobox', { name: 'Recipients' }), 'team:ops');
    await sent.getByText('{0} is done').waitFor();
    await sent.getByText('On call (E-mail)').waitFor();
    await sent.getByText(/^team:ops/).waitFor();
    await page.getByRole('button', { name: 'Create task' }).click();
    await heading(page, 'Tell the team');
    const told = await client.getTask({ params: { id: page.url().split('/').at(-1) as string } });
    expect(told.notification?.recipients).toEqual([channel.id, 'team:ops']);
    await page.goto(at('tasks?q=notification'));
    await page.getByRole('row', { name: /Tell the team/ }).waitFor();
    expect(complaints).toEqual([]);
  });
});
