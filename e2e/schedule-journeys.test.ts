import { createClient, type Client } from '@argus/client';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectAccessible } from './accessible.ts';
import { adminSession, browserPath, launchBrowser, openPage, type Session } from './browser.ts';
import { startPageServer } from './page-server.ts';
import type { Server } from './server.ts';

describe.skipIf(!browserPath)('schedules and triggers in the web page', { timeout: 60_000 }, () => {
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

  /** A task that writes its first argument, with what else is given. */
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
  const ofTask = (id: string) => client.listTaskSchedules({ params: { id } });
  const jobsOf = (task: string) => client.listJobs({ query: { task } });

  async function chooseZone(page: Page, words: string, zone: string): Promise<void> {
    await page.getByRole('combobox', { name: 'Time zone' }).fill(words);
    await page.getByRole('option', { name: zone }).first().click();
  }

  test('a nightly schedule shows what the change of clocks does to it before it is made, and is paused, resumed, changed and deleted', async () => {
    const id = await makeTask('Nightly work', { task_arguments: [{ type: 'input', label: 'Folder' }] });
    await using visit = await openPage(browser, { storageState: session, timezoneId: 'Europe/Berlin' });
    const { page, complaints } = visit;
    await page.goto(at('schedules'));
    await page.getByText('Nothing runs by itself yet').waitFor();
    await page.goto(at(`tasks/${id}`));
    await page.getByRole('link', { name: 'Add a schedule' }).click();
    expect(await page.getByRole('combobox', { name: 'Time zone' }).inputValue()).toBe('Europe/Berlin');
    await chooseZone(page, 'new york', 'America/New_York');
    const cron = page.getByRole('textbox', { name: 'Cron pattern' });
    await cron.fill('30 2 *');
    await page.getByText('No runs to show yet: it is neither a cron pattern').waitFor();
    await cron.fill('30 2 * * *');
    await page.getByText('Runs every day at 02:30.').waitFor();

    const runs = page.getByRole('list', { name: 'Next runs' });
    await page.getByLabel('First run').fill('2027-03-12T02:30');
    const moved = runs.getByRole('listitem').filter({ hasText: 'moved: this hour does not exist' });
    await moved.getByText(/Mar 14, 2027, 03:30/).waitFor();
    expect(await runs.getByRole('listitem').count()).toBe(10);
    await page.getByText('Advanced').click();
    await page.getByRole('combobox', { name: 'Hour that is missing' }).click();
    await page.getByRole('option', { name: 'Leaves it out' }).click();
    await page.getByRole('note').getByText('2027-03-14 02:30').waitFor();
    await page.getByLabel('First run').fill('2026-10-30T02:30');

    await page.getByRole('button', { name: 'Create schedule' }).click();
    await page.getByText('is required').waitFor();
    expect(await ofTask(id)).toEqual([]);
    await page.getByRole('textbox', { name: 'Folder' }).fill('/var');
    await page.getByLabel('First run').fill('');
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Every night');
    await page.getByRole('button', { name: 'Create schedule' }).click();

    const nightly = row(page, /Every night/);
    await nightly.getByText('Every day at 02:30').waitFor();
    const [made] = await ofTask(id);
    expect(made).toMatchObject({
      repeatEvery: '30 2 * * *',
      timezone: 'America/New_York',
      missing_hour: 'skip',
      repeated_hour: 'first',
      task_arguments: ['/var'],
      runDate: null,
    });

    await page.goto(at('schedules?q=night&kind=cron'));
    await nightly.getByText(/^in \d/).waitFor();
    await page.getByRole('button', { name: 'Pause Every night' }).click();
    await nightly.getByText('Paused', { exact: true }).waitFor();
    await page.goto(at('schedules?paused=no'));
    await page.getByText('No schedule matches').waitFor();
    await page.goto(at('schedules?paused=yes'));
    await page.getByRole('button', { name: 'Resume Every night' }).click();
    await page.getByText('No schedule matches').waitFor();

    await page.goto(at(`schedules/${made?.id}`));
    await page.getByRole('link', { name: 'Edit Every night' }).click();
    await page.getByRole('textbox', { name: 'Cron pattern' }).fill('0 25 * * *');
    await page.getByRole('button', { name: 'Save' }).click();
    await expect
      .poll(() => page.getByRole('textbox', { name: 'Cron pattern' }).getAttribute('aria-invalid'))
      .toBe('true');
    await page.getByRole('button', { name: 'Weekdays' }).click();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Monday to Friday at 09:00').waitFor();
    // the form says so too, before it is saved
    await expect
      .poll(async () => (await ofTask(id))[0])
      .toMatchObject({ repeatEvery: '0 9 * * 1-5', missing_hour: 'skip', task_arguments: ['/var'] });

    await page.getByRole('button', { name: 'Delete Every night' }).click();
    await page.getByText('This schedule is over').waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('heading', { name: 'Every night' }).waitFor();
    expect((await ofTask(id))[0]).toMatchObject({ id: made?.id, task_arguments: ['/var'] });
    await page.getByRole('button', { name: 'Delete Every night' }).click();
    await page.getByText('This schedule is over').waitFor();
    expect(await ofTask(id)).toEqual([]);
    expect(await jobsOf(id)).toEqual([]);
    expect(complaints).toEqual([]);
  });

  test('a triggered run that waits is shown with its cause, and once it is canceled no job exists', async () => {
    const first = await makeTask('Disk check');
    const second = await makeTask('Clean up', {
      grace_time: 600,
      triggers: [{ task: first, event: 'success' }],
    });
    await using visit = await openPage(browser, { storageState: session });
    const { page, complaints } = visit;
    await page.goto(at(`tasks/${first}`));
    await page.getByRole('link', { name: 'Clean up' }).waitFor();
    const job = await client.runTask({ params: { id: first } });
    await page.goto(at(`tasks/${second}`));
    const waiting = row(page, /Triggered run/);
    await waiting.getByText(/starts in \d+ min/).waitFor();
    const cause = waiting.getByRole('link', { name: 'Disk check: success' });
    expect(await cause.getAttribute('href')).toContain(job.id);
    await page.goto(at('schedules?kind=grace'));
    await waiting.getByRole('link', { name: 'Clean up' }).waitFor();
    await page.goto(at(`tasks/${second}`));
    await waiting.getByRole('button', { name: 'Cancel this run' }).click();
    await page.getByRole('dialog').getByText('will not start this time').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel this run' }).click();
    await page.getByText('It has none: no clock starts it.').waitFor();
    expect(await ofTask(second)).toEqual([]);
    expect(await jobsOf(second)).toEqual([]);
    expect(complaints).toEqual([]);
  });

  test('a schedule for one date that has come starts its job, which says so though the schedule is over', async () => {
    const id = await makeTask('Once only');
    await using visit = await openPage(browser, { storageState: session, timezoneId: 'Asia/Tokyo' });
    const { page, complaints } = visit;
    await page.goto(at(`tasks/${id}/schedules/new`));
    await page.getByText('Once', { exact: true }).click();
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Right now');
    await page.getByLabel('Date and time').fill('2020-01-01T12:00');
    await page.getByText('It would not run any more').waitFor();
    await page.getByRole('button', { name: 'Create schedule' }).click();
    await page.getByText('has passed already').first().waitFor();
    await chooseZone(page, 'utc', 'UTC');
    await page.getByLabel('Date and time').fill(new Date().toISOString().slice(0, 19));
    await page.getByRole('button', { name: 'Create schedule' }).click();
    await page.getByRole('link', { name: 'Job of Once only: success' }).click();
    await page.getByRole('note').getByText(', which is over, due').waitFor();
    expect(await ofTask(id)).toEqual([]);
    expect(complaints).toEqual([]);
  });

  test('the last run of a schedule leads to its job, and the job back to the schedule', async () => {
    const id = await makeTask('Often');
    const made = await client.createTaskSchedule({
      params: { id },
      body: { repeatEvery: '2 hours', runDate: Date.now() + 1_500 },
    });
    await using visit = await openPage(browser, { storageState: session });
    const { page, complaints } = visit;
    await page.goto(at('schedules'));
    await row(page, /Often/).getByRole('link', { name: 'Started: its job' }).click();
    await page.getByRole('note').getByRole('link', { name: 'Every 2 hours' }).click();
    await page.getByRole('heading', { name: 'Every 2 hours' }).waitFor();
    expect(page.url()).toContain(made.id);
    expect(await jobsOf(id)).toHaveLength(1);
    expect(complaints).toEqual([]);
  });

  test('the calendar shows what is to come and what became of the past, by month, week and day, with the keyboard alone', async () => {
    const id = await makeTask('Morning report', { tags: ['reports'] });
    const daily = await client.createTaskSchedule({
      params: { id },
      body: { name: 'Daily', repeatEvery: '30 2 * * *', timezone: 'America/New_York' },
    });
    await client.createTaskSchedule({ params: { id }, body: { repeatEvery: '* * * * *', missed: 'skip' } });
    await using visit = await openPage(browser, { storageState: session, timezoneId: 'America/New_York' });
    const { page, complaints } = visit;
    await page.goto(at('schedules'));
    await page.getByRole('button', { name: 'Run Daily now' }).click();
    await page.getByText('Morning report was started.').waitFor();
    await page.getByText('Calendar', { exact: true }).click();
    const month = page.getByRole('table', { name: /Due times of all schedules/ });
    await month
      .getByText(/1,440 times|\d times/)
      .first()
      .waitFor();
    expect(page.url()).toContain('view=month');
    await page.goto(at(`schedules?view=month&date=2027-03-13&task=${id}`));
    await page
      .getByRole('note')
      .getByText(/Clocks in America\/New_York change/)
      .waitFor();
    await page.getByRole('button', { name: /^Saturday, March 13/ }).focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await page.waitForURL(/view=day.*date=2027-03-14|date=2027-03-14.*view=day/);
    const moved = row(page, /Daily/);
    await moved.getByText('moved: this hour does not exist').waitFor();
    await moved.getByText('03:30').waitFor();
    await row(page, /Every minute/)
      .getByText('1,380 times')
      .waitFor();
    await expectAccessible(page);
    await page.getByText('Week', { exact: true }).click();
    await month
      .getByRole('link', { name: /Morning report/ })
      .first()
      .waitFor();
    await page.setViewportSize({ width: 360, height: 740 });
    await page.emulateMedia({ colorScheme: 'dark' });
    await expect.poll(() => page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    await expectAccessible(page);
    // in the last minutes of a week nothing of it is to come
    await page.goto(at('schedules?view=week&date=2027-03-17&tag=reports'));
    await month
      .getByRole('link', { name: /Morning report/ })
      .first()
      .waitFor();
    await page.goto(at('schedules?view=week&date=2027-03-17&tag=reports&task=0123456789abcdef01234567'));
    await page.getByText('Nothing is due in this time').waitFor();
    expect(await month.getByRole('link').count()).toBe(0);
    for (const { id: one } of await ofTask(id)) await client.deleteSchedule({ params: { id: one } });
    await page.goto(at(`schedules/${daily.id}`));
    await page.getByRole('button', { name: 'Bring it back' }).click();
    await page.getByRole('heading', { name: 'Daily' }).waitFor();
    await client.deleteSchedule({ params: { id: daily.id } });
    expect(complaints).toEqual([]);
  });

  test('an event of a script’s own name starts a task with values out of its output, and both jobs are linked', async () => {
    const content = `echo '{"state":"success","event_name":"disk_full","data":[{"disk":{"name":"sda1"}}]}'\n`;
    const script = await client.createScript({ body: { filename: 'watch.sh', content } });
    const watch = await makeTask('Watch', { script_id: script.id });
    const alarm = await makeTask('Alarm', {
      task_arguments: [
        { type: 'input', label: 'Disk' },
        { type: 'input', label: 'Level' },
      ],
    });
    await using visit = await openPage(browser, { storageState: session });
    const { page, complaints } = visit;
    await page.goto(at(`tasks/${alarm}/edit`));
    await page.getByText('An event that a script names itself').click();
    await page.getByRole('combobox', { name: 'Task', exact: true }).fill('Watch');
    await page.getByRole('option', { name: 'Watch', exact: true }).click();
    await page.getByRole('textbox', { name: 'Event', exact: true }).fill('disk_full');
    await page.getByRole('button', { name: 'Add the event' }).click();
    await page.getByRole('combobox', { name: 'Arguments on Watch: disk_full' }).click();
    await page.getByRole('option', { name: 'Chosen for each argument' }).click();
    await page.getByRole('textbox', { name: 'Path of Disk' }).fill('output[0');
    await page.getByRole('combobox', { name: 'Level', exact: true }).click();
    await page.getByRole('option', { name: 'Always the same value' }).click();
    await page.getByRole('textbox', { name: 'Value of Level' }).fill('high');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('is no path: write it like output[0].customer.name').first().waitFor();
    await page.getByRole('textbox', { name: 'Path of Disk' }).fill('output[0].disk.name');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('link', { name: 'Watch: disk_full' }).click();
    await page.getByText('on disk_full').waitFor();

    const cause = await client.runTask({ params: { id: watch } });
    await page.getByRole('link', { name: 'Alarm' }).click();
    await page.getByRole('link', { name: 'Job of Alarm: success' }).click();
    await page.getByText('said sda1').waitFor();
    const note = page.getByRole('note').filter({ hasText: 'Started by trigger: Watch: disk_full' });
    expect(await note.getByRole('link', { name: /^job …/ }).getAttribute('href')).toContain(cause.id);
    const [job] = await jobsOf(alarm);
    expect(await client.getJobInput({ params: { id: job?.id ?? '' } })).toEqual(['sda1', 'high']);
    expect(complaints).toEqual([]);
  });

  test('what was to start by itself and could not says plainly why', async () => {
    const first = await makeTask('Gives nothing');
    const needs = await makeTask('Needs a value', {
      triggers: [{ task: first, event: 'success' }],
      task_arguments: [{ type: 'input', label: 'Amount' }],
    });
    await client.runTask({ params: { id: first } });
    await using visit = await openPage(browser, { storageState: session });
    const { page, complaints } = visit;
    await page.goto(at(`tasks/${needs}`));
    await page.getByRole('link', { name: 'Job of Needs a value: error' }).click();
    const notice = page.getByRole('status').filter({ hasText: 'It could not be started' });
    await notice.getByText(/Amount/).waitFor();
    await page.getByText('There is none: no script was started.').waitFor();
    expect(complaints).toEqual([]);
  });
});
