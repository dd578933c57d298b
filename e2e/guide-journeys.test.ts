import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GUIDE_OF } from '../apps/web/src/features/guide/guide-of.ts';
import { guideFiles, readDocument } from '../apps/web/guide-document.ts';
import { barriersOf, expectAccessible } from './accessible.ts';
import { adminSession, browserPath, launchBrowser, openPage, type Session } from './browser.ts';
import { startPageServer } from './page-server.ts';
import { routePaths } from './places.ts';
import type { Server } from './server.ts';
import { problemsOfName, problemsOfWidth, walk } from './walk.ts';

const nameOf = (file: string) => /([^/]+)\.md$/.exec(file)?.[1]?.toLowerCase() ?? '';
const headings = new Map(
  guideFiles.map((file) => [nameOf(file), readDocument(file).contents.headings.map(({ id }) => id)]),
);

test('every page of an organization has its place in the guide, and each of these is there', () => {
  const ofOrganization = routePaths()
    .filter((path) => path.startsWith('/$customer'))
    .map((path) => path.replace(/\/$/, ''));
  expect(Object.keys(GUIDE_OF).toSorted()).toEqual(ofOrganization.toSorted());
  const missing = Object.values(GUIDE_OF).filter((place) => {
    const [page = '', anchor] = place.split('#');
    return !headings.has(page) || (anchor !== undefined && !headings.get(page)?.includes(anchor));
  });
  expect(missing).toEqual([]);
});

describe.skipIf(!browserPath)('the guide in the page', { timeout: 120_000 }, () => {
  let server: Server;
  let browser: Browser;
  let session: Session;

  beforeAll(async () => {
    server = await startPageServer();
    browser = await launchBrowser();
    session = await adminSession(browser, server);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.[Symbol.asyncDispose]();
  });

  /** Whether a heading stands below the head of the page, in sight. */
  const inSight = (page: Page, id: string) =>
    expect
      .poll(() =>
        page.evaluate<boolean>(`(() => {
          const { top } = document.getElementById(${JSON.stringify(id)})?.getBoundingClientRect() ?? {};
          return top >= 52 && top < innerHeight;
        })()`),
      )
      .toBe(true);

  test('every page leads to what the guide says about it, and the guide from page to page and back', async () => {
    await using visit = await openPage(browser, { storageState: session });
    const { page, complaints } = visit;
    await page.goto(`${server.url}/app/${server.customer}/webhooks/new`);
    await page.getByRole('link', { name: 'Guide', exact: true }).click();
    await page.getByRole('heading', { name: 'Webhooks', level: 1 }).waitFor();
    expect(page.url()).toBe(`${server.url}/app/guide/webhooks#how-a-caller-is-known`);
    await inSight(page, 'how-a-caller-is-known');
    // the pages around it are those of the organization that one comes from
    const menu = page.getByRole('navigation', { name: 'Main' });
    expect(await menu.getByRole('link', { name: 'Tasks' }).getAttribute('href')).toBe(
      `/app/${server.customer}/tasks`,
    );
    await page
      .getByRole('navigation', { name: 'Contents' })
      .getByRole('link', { name: 'Deliveries' })
      .click();
    await inSight(page, 'deliveries');
    expect(page.url()).toMatch(/#deliveries$/);
    await page.goBack();
    await inSight(page, 'how-a-caller-is-known');

    await page.goto(`${server.url}/app/guide/running-a-task`);
    const image = page.getByRole('img', { name: /The dialog that runs a task/ });
    await image.scrollIntoViewIfNeeded();
    await expect
      .poll(() => image.evaluate((one) => (one as unknown as { naturalWidth: number }).naturalWidth))
      .toBeGreaterThan(100);
    await page.getByRole('article').getByRole('link', { name: 'the first task' }).click();
    await page.getByRole('heading', { name: 'Getting started', level: 1 }).waitFor();
    await inSight(page, 'your-first-task-in-five-minutes');
    await page.goto(`${server.url}/app/guide/no-such-page`);
    await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
    expect(complaints).toEqual([]);
  });

  test('it is searched, from its list and from the command palette, by keyboard', async () => {
    await using visit = await openPage(browser, { storageState: session });
    const { page, complaints } = visit;
    await page.goto(`${server.url}/app/guide`);
    await page.getByRole('link', { name: 'Stopping and timeouts' }).waitFor();
    await page.getByRole('searchbox', { name: 'Search the guide' }).fill('replay window');
    const found = page.getByRole('link', { name: 'Webhooks: The replay window' });
    await found.waitFor();
    expect(page.url()).toContain('?q=replay');
    await expectAccessible(page);
    await found.press('Enter');
    await inSight(page, 'the-replay-window');
    await page.getByRole('heading', { name: 'Webhooks', level: 1 }).waitFor();

    await page.keyboard.press('Control+K');
    await page.getByRole('combobox', { name: /Find a page/ }).fill('clocks change');
    await page.getByRole('option', { name: /When the clocks change/ }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Schedules', level: 1 }).waitFor();
    await inSight(page, 'when-the-clocks-change');
    await page.locator('body').press('?');
    await page.getByRole('dialog').getByRole('link', { name: 'The guide explains everything else' }).click();
    await page.getByRole('heading', { name: 'Guide', level: 1 }).waitFor();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(complaints).toEqual([]);
  });

  test('code is taken along by its button', async () => {
    await using visit = await openPage(browser, {
      storageState: session,
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    const { page } = visit;
    await page.goto(`${server.url}/app/guide/readme`);
    await page.getByRole('button', { name: 'Copy: ARGUS=http://127.0.0.1:8080/demo' }).click();
    await page.getByRole('button', { name: 'Copied' }).waitFor();
    const text = await page.evaluate<string>('navigator.clipboard.readText()');
    expect(text.split('\n')).toHaveLength(4);
    expect(text).toMatch(/^id\(\) \{ grep/m);
  });

  test('who reads Spanish is told that it is English, and so is a program that reads it aloud', async () => {
    await using visit = await openPage(browser, { storageState: session, locale: 'es-ES' });
    const { page } = visit;
    await page.goto(`${server.url}/app/${server.customer}/schedules`);
    await page.getByRole('link', { name: 'Guía', exact: true }).click();
    await page.getByText('La guía está en inglés.').waitFor();
    expect(await page.getByRole('article').getAttribute('lang')).toBe('en');
    expect(await page.getByRole('heading', { level: 1 }).getAttribute('lang')).toBe('en');
    expect(await page.title()).toBe('Schedules · Guía · Argus');
  });

  test('nobody reads it who is not signed in, and afterwards one is where one wanted to be', async () => {
    await using visit = await openPage(browser);
    const { page } = visit;
    await page.goto(`${server.url}/app/guide/bots#as-a-service`);
    await page.getByLabel('E-mail').fill(server.admin.email);
    await page.getByLabel('Password', { exact: true }).fill(server.admin.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Bots', level: 1 }).waitFor();
    await inSight(page, 'as-a-service');
  });

  test(
    'each of its pages can be used by everybody, in light and dark, and at 360 px',
    { timeout: 300_000 },
    async () => {
      const found = await walk({
        browser,
        url: `${server.url}/app`,
        places: [...headings.keys()].map((name) => `/guide/${name}`),
        options: { storageState: session, colorScheme: 'light', viewport: { width: 1280, height: 800 } },
        how: 'within',
        checks: [
          problemsOfName,
          (page) => barriersOf(page),
          async (page) => {
            await page.emulateMedia({ colorScheme: 'dark' });
            await page.locator('html[data-mantine-color-scheme=dark]').waitFor();
            const problems = await barriersOf(page, 'colours');
            await page.emulateMedia({ colorScheme: 'light' });
            return problems.map((problem) => `in dark: ${problem}`);
          },
          async (page) => {
            await page.setViewportSize({ width: 360, height: 740 });
            const problems = await problemsOfWidth(page);
            await page.setViewportSize({ width: 1280, height: 800 });
            return problems;
          },
        ],
      });
      expect(found).toEqual([]);
    },
  );
});
