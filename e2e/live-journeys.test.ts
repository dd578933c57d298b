import { createClient, type Client } from '@argus/client';
import type { RunInstruction } from '@argus/contract';
import { enrollFakeBot, fakeBot, type FakeBot } from '@argus/testing';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { adminSession, browserPath, launchBrowser, openPage, type Session } from './browser.ts';
import { startPageServer } from './page-server.ts';
import type { Server } from './server.ts';

describe.skipIf(!browserPath)('a page that is left open', () => {
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
    const { code } = await client.createEnrollment({ body: { hostname: 'mover' } });
    const { host_id, credential } = await enrollFakeBot(server.url, code, 'mover');
    bot = fakeBot({ url: server.url, credential });
    const script = await client.createScript({ body: { filename: 'move.sh', content: 'true\n' } });
    task = (await client.createTask({ body: { name: 'Mover', host_id, script_id: script.id } })).id;
  });
  afterAll(async () => {
    bot?.[Symbol.dispose]();
    await browser?.close();
    await server?.[Symbol.asyncDispose]();
  });

  test('shows what others do, by one stream, also after the server was away', async () => {
    await using visit = await openPage(browser, { storageState: session });
    const { page } = visit;
    const streams: string[] = [];
    page.on('request', (request) => {
      const { pathname } = new URL(request.url());
      if (/\/(changes|stream)$/.test(pathname)) streams.push(pathname);
    });
    // whatever would show it otherwise: the list asks rarely while it is told
    const told = page.waitForResponse((response) => response.url().endsWith('/changes'));
    await page.goto(`${server.url}/app/${server.customer}/jobs`);
    await page.evaluate(`window.isTheSamePage = true`);
    await told;

    const { id } = await client.runTask({ params: { id: task } });
    const row = page.getByRole('row').filter({ has: page.locator(`a[href*="${id}"]`) });
    await row.waitFor();
    const [run] = (await bot.takeRuns()) as [RunInstruction];
    await bot.started(run);
    await row.locator('[data-lifecycle="started"]').first().waitFor();
    await bot.finish(run);
    await row.locator('[data-state="success"]').first().waitFor();

    await server.restart();
    const later = await client.runTask({ params: { id: task } });
    await page.locator(`a[href*="${later.id}"]`).first().waitFor();
    expect(await page.evaluate('window.isTheSamePage')).toBe(true);

    // a job is followed by the same stream, opened anew
    streams.length = 0;
    await page.locator(`a[href*="${later.id}"]`).first().click();
    const [next] = (await bot.takeRuns()) as [RunInstruction];
    await bot.started(next);
    await bot.log(next, 'as it comes\n');
    await page.getByText('as it comes').waitFor();
    await bot.finish(next);
    await page.locator('[data-state="success"]').first().waitFor();
    expect(new Set(streams)).toEqual(new Set([`/${server.customer}/changes`]));
  });
});
