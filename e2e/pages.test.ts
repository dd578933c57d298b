import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { expectAccessible } from './accessible.ts';
import { adminSession, browserPath, launchBrowser, openPage, type Session } from './browser.ts';
import { startServer, type Server } from './server.ts';

const PAGES = ['tasks', 'jobs', 'scripts', 'bots'];

describe.skipIf(!browserPath)('every page', () => {
  let server: Server;
  let browser: Browser;
  let session: Session;

  beforeAll(async () => {
    server = await startServer();
    browser = await launchBrowser();
    session = await adminSession(browser, server);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.[Symbol.asyncDispose]();
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    test(`can be used by everybody, ${colorScheme}`, async () => {
      await using visit = await openPage(browser, { storageState: session, colorScheme });
      for (const path of PAGES) {
        await visit.page.goto(`${server.url}/app/${server.customer}/${path}`);
        await visit.page.getByRole('heading', { level: 1 }).waitFor();
        await expectAccessible(visit.page);
      }
    });
  }
});
