import { createClient, type Client } from '@argus/client';
import type { RunInstruction } from '@argus/contract';
import { enrollFakeBot, fakeBot, type FakeBot } from '@argus/testing';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { adminSession, browserPath, launchBrowser, openPage, type Session } from './browser.ts';
import { startPageServer } from './page-server.ts';
import type { Server } from './server.ts';

const WAIT = { timeout: 15_000 };
const LINES = 300_000;
const CHUNK_LINES = 2_500;

describe.skipIf(!browserPath)('a long log in the web page', { timeout: 120_000 }, () => {
  let server: Server;
  let client: Client;
  let browser: Browser;
  let session: Session;
  let bot: FakeBot;
  let task: string;

  beforeAll(async () => {
    server = await startPageServer();
    client = createClient({ baseUrl: server.url, customer: server.customer, token: server.token });
    browser = await launchBrowser();
    session = await adminSession(browser, server);
    const { code } = await client.createEnrollment({ body: { hostname: 'writer' } });
    const { host_id, credential } = await enrollFakeBot(server.url, code, 'writer');
    bot = fakeBot({ url: server.url, credential });
    const script = await client.createScript({ body: { filename: 'writer.sh', content: 'true\n' } });
    task = (await client.createTask({ body: { name: 'Writer', host_id, script_id: script.id } })).id;
  });
  afterAll(async () => {
    bot?.[Symbol.dispose]();
    await browser?.close();
    await server?.[Symbol.asyncDispose]();
  });

  /** A job that has written its long log and still runs. */
  async function written(): Promise<RunInstruction> {
    await client.runTask({ params: { id: task } });
    const [run] = (await bot.takeRuns()) as [RunInstruction];
    await bot.started(run);
    for (let at = 0; at < LINES; at += CHUNK_LINES) {
      const lines = Array.from({ length: CHUNK_LINES }, (_, of) => lineOf(at + of + 1));
      await bot.log(run, `${lines.join('\n')}\n`, { encoding: 'zstd' });
      if (at === LINES / 2) await bot.log(run, 'half of it is done\n', { stream: 'stderr' });
    }
    return run;
  }

  const lineOf = (number: number) =>
    number % 1000 === 0
      ? `\u001b[33mWARN\u001b[0m slow answer of shard ${number}`
      : `request ${number} answered in ${number % 97} ms`;

  const rows = (page: Page) => page.getByRole('log').locator('[data-index]');
  /** By its text, which is in pieces where it has colours. */
  const line = (page: Page, number: number) =>
    page
      .getByRole('log')
      .locator('[data-index]')
      .filter({ hasText: new RegExp(`(request|shard) ${number}( answered|$)`) });

  test('is opened at its end, searched, gone through by line number and followed', async () => {
    const run = await written();
    await using visit = await openPage(browser, { storageState: session });
    const { page, complaints } = visit;
    const log = page.getByRole('log');
    await page.goto(`${server.url}/app/${server.customer}/jobs/${run.job}`);
    await line(page, LINES - 1).waitFor();
    await page.getByText('300,001 lines', { exact: true }).waitFor();
    expect(await rows(page).count()).toBeLessThan(200);

    // it follows what is written, until somebody scrolls up
    await bot.log(run, 'now it goes on\n');
    await log.getByText('now it goes on').waitFor();
    await log.hover();
    await page.mouse.wheel(0, -3000);
    await page.getByRole('button', { name: 'Follow' }).waitFor();
    await bot.log(run, 'and nobody looks\n');
    await page.getByText('300,003 lines', { exact: true }).waitFor();
    expect(await log.getByText('and nobody looks').count()).toBe(0);

    // by its number
    await page.getByLabel('Go to line').fill('123456');
    await page.keyboard.press('Enter');
    await line(page, 123_456).waitFor();
    expect(page.url()).toContain('#L123456');
    await page.getByRole('button', { name: 'Copy the link to this line' }).waitFor();

    // around it, by keyboard and by the bar at its side
    await page.keyboard.press('PageDown');
    await page.keyboard.press('PageDown');
    await line(page, 123_490).waitFor();
    await log.evaluate((element) => (element.scrollTop = element.scrollHeight / 2));
    await expect
      .poll(() => rows(page).first().getAttribute('data-index').then(Number), WAIT)
      .toBeGreaterThan(149_000);
    await log.evaluate((element) => (element.scrollTop = 0));
    await line(page, 1).waitFor();

    // something is drawn between a scroll and its event
    await log.evaluate((element) => {
      element.scrollTop = element.scrollHeight / 2;
      [...element.ownerDocument.querySelectorAll('label')]
        .find((label) => label.textContent === 'Times')
        ?.click();
    });
    await line(page, 150_010).waitFor();
    await page.getByRole('switch', { name: 'Times' }).uncheck();
    await log.focus();
    await log.evaluate((element) => (element.scrollTop = 0));
    await line(page, 1).waitFor();

    // what is found is counted, gone to, and marked
    await page.keyboard.press('/');
    await page.keyboard.type('SHARD 15');
    // what was not looked for yet is not missing
    expect(await page.getByText('not found').count()).toBe(0);
    await page.getByText(/^1 of 11 lines$/).waitFor();
    await line(page, 15_000).waitFor();
    await page.keyboard.press('Enter');
    await page.getByText(/^2 of 11 lines$/).waitFor();
    await line(page, 150_000).waitFor();
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.press('Shift+Enter');
    await page.getByText(/^11 of 11 lines$/).waitFor();
    await line(page, 159_000).waitFor();
    expect(await log.locator('[data-current]').textContent()).toContain('shard 159000');
    await page.getByRole('button', { name: 'Pattern (RE2)' }).click();
    await page.getByLabel('Find in the log').fill('^request \\d+7777 ');
    await page.getByText(/of 29 lines$/).waitFor();
    await page.getByLabel('Find in the log').fill('a(b');
    await page.getByText('is no pattern').waitFor();
    await page.keyboard.press('Escape');

    // of one stream, and from there to its place among the others
    await page.getByRole('switch', { name: 'Only stderr' }).check();
    await log.getByText('half of it is done').waitFor();
    expect(await rows(page).count()).toBe(1);
    expect(new URL(page.url()).search).toBe('?stream=stderr');
    await page.reload();
    await log.getByText('half of it is done').waitFor();
    expect(await rows(page).count()).toBe(1);
    await page.getByRole('button', { name: 'Line 152501' }).click();
    await line(page, 152_500).waitFor();
    await expect.poll(() => new URL(page.url())).toMatchObject({ search: '', hash: '#L152501' });

    await page.getByRole('button', { name: 'Follow' }).click();
    await log.getByText('and nobody looks').waitFor();
    await bot.log(run, 'the last words');
    await log.getByText('the last words').waitFor();
    await bot.finish(run);
    await page.locator('[data-state="success"]').first().waitFor();
    expect(complaints).toEqual([]);
  });

  test('goes up where it is scrolled up, however much has come meanwhile', async () => {
    await client.runTask({ params: { id: task } });
    const [run] = (await bot.takeRuns()) as [RunInstruction];
    await bot.started(run);
    // longer than what browsers draw: as many lines again change what a pixel of the bar stands for
    const many = 'x\n'.repeat(125_000);
    const write = async () => {
      for (let time = 0; time < 4; time++) await bot.log(run, many, { encoding: 'zstd' });
    };
    await write();
    await using visit = await openPage(browser, { storageState: session });
    const { page } = visit;
    await page.goto(`${server.url}/app/${server.customer}/jobs/${run.job}`);
    await page.getByText('500,000 lines', { exact: true }).waitFor();
    const log = page.getByRole('log');
    const first = async () => Number(await rows(page).first().getAttribute('data-index'));
    // the number of lines is known before they are: to scroll from the end, it must have been drawn
    await expect.poll(first, WAIT).toBeGreaterThan(490_000);
    await log.evaluate((element) => (element.scrollTop = element.scrollHeight / 2));
    await expect.poll(first, WAIT).toBeLessThan(250_001);
    const before = await first();
    await write();
    await page.getByText('1,000,000 lines', { exact: true }).waitFor();
    expect(await first()).toBe(before);
    await log.hover();
    await page.mouse.wheel(0, -30_000);
    await expect.poll(first, WAIT).not.toBe(before);
    expect(await first()).toBeLessThan(before);
    await bot.finish(run);
  });

  test('of 200 MB, written by a script, is opened, searched and linked with the keyboard alone', async () => {
    const half = `yes 'request answered in 12 ms by shard 7 of the large shop' | head -n 2000000`;
    const { id: script_id } = await client.createScript({
      body: {
        filename: 'large.sh',
        content: `${half}\necho 'the needle of them all'\n${half}\necho 'that was it'\n`,
      },
    });
    const host = (await client.listHosts()).find(({ hostname }) => hostname !== 'writer');
    const { id } = await client.createTask({
      body: { name: 'Large', host_id: host?.id ?? null, script_id, run_as: 'sh %script%' },
    });
    const job = await client.runTask({ params: { id } });
    expect(await client.waitForJob(job.id)).toMatchObject({ state: 'success', log_lines: 4_000_002 });
    expect((await client.getJob({ params: { id: job.id } })).log_bytes).toBeGreaterThan(200_000_000);

    await using visit = await openPage(browser, { storageState: session });
    const { page, complaints } = visit;
    const log = page.getByRole('log');
    const { keyboard } = page;
    const shown = (text: string) => log.getByText(text, { exact: true });
    await page.goto(`${server.url}/app/${server.customer}`);
    await page.getByRole('heading', { name: 'Home', exact: true }).waitFor();
    const palette = page.getByRole('combobox', { name: /^Find a page/ });
    // its keys are loaded after what is in sight
    await expect
      .poll(async () => (await palette.count()) > 0 || keyboard.press('Control+k'), WAIT)
      .toBe(true);
    await keyboard.type(job.id);
    await page.getByRole('option', { name: job.id }).waitFor();
    await keyboard.press('Enter');
    await shown('that was it').waitFor();
    // of 200 MB
    const fetched = await page.evaluate<number>(`performance.getEntriesByType('resource')
      .filter(({ name }) => new URL(name).pathname.includes('/log'))
      .reduce((sum, { decodedBodySize }) => sum + decodedBodySize, 0)`);
    expect(fetched).toBeGreaterThan(0);
    expect(fetched).toBeLessThan(1_000_000);
    expect(await rows(page).count()).toBeLessThan(200);

    // into it, as everything else on the page is reached
    const isInLog = () => log.evaluate((element) => element === element.ownerDocument.activeElement);
    for (let press = 0; press < 60 && !(await isInLog()); press++) await keyboard.press('Tab');
    expect(await isInLog()).toBe(true);

    await keyboard.press('g');
    await keyboard.type('1,234,567');
    await keyboard.press('Enter');
    await log.locator('[data-marked][data-index="1234566"]').waitFor();

    // the server looks through all of it
    await keyboard.press('/');
    await keyboard.type('NEEDLE of them');
    await page.getByText(/^1 of 1 line$/).waitFor();
    await shown('the needle of them all').waitFor();
    expect(await log.locator('[data-current]').getAttribute('data-index')).toBe('2000000');
    await keyboard.press('Escape');

    // a link to some lines shows those, wherever it is opened
    await keyboard.press('g');
    await keyboard.press('Control+a');
    await keyboard.type('2000000-2000002');
    await keyboard.press('Enter');
    await page.waitForURL(/#L2000000-L2000002$/);
    await page.reload();
    await expect.poll(() => log.locator('[data-marked]').count(), WAIT).toBe(3);
    await expect
      .poll(() => log.locator('[data-marked="first"]').getAttribute('data-index'), WAIT)
      .toBe('1999999');
    await shown('the needle of them all').waitFor();
    expect(complaints).toEqual([]);
  });

  test('is opened at the line that an address points at, on a telephone too', async () => {
    const run = await written();
    await bot.finish(run);
    await using visit = await openPage(browser, {
      storageState: session,
      viewport: { width: 360, height: 740 },
      colorScheme: 'dark',
    });
    const { page, complaints } = visit;
    await page.goto(`${server.url}/app/${server.customer}/jobs/${run.job}#L200001`);
    await page.getByRole('log').locator('[data-marked]').getByText('slow answer of shard').waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
    // up to another line
    await page.getByRole('button', { name: 'Line 200003' }).click({ modifiers: ['Shift'] });
    await page.waitForURL(/#L200001-L200003$/);
    await page.reload();
    await expect.poll(() => page.getByRole('log').locator('[data-marked]').count(), WAIT).toBe(3);
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Download' }).click();
    expect((await download).suggestedFilename()).toMatch(/\.log$/);
    expect(complaints).toEqual([]);
  });
});
