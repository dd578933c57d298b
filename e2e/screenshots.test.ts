import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createClient } from '@argus/client';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { adminSession, browserPath, launchBrowser, openPage, type Session } from './browser.ts';
import { placesOf } from './places.ts';
import { startPageServer } from './page-server.ts';
import type { Server } from './server.ts';
import { problemsOfWidth, settled, walk } from './walk.ts';
import { fillWorld, type World } from './world.ts';

const folder = process.env['ARGUS_SCREENSHOTS'];

const WIDE = { width: 1280, height: 860 };
const NARROW = { width: 360, height: 740 };
/** The same pages in each of these looks. */
const LOOKS = {
  light: { colorScheme: 'light', viewport: WIDE, locale: 'en-GB' },
  dark: { colorScheme: 'dark', viewport: WIDE, locale: 'en-GB' },
  'narrow-light': { colorScheme: 'light', viewport: NARROW, locale: 'en-GB' },
  'narrow-dark': { colorScheme: 'dark', viewport: NARROW, locale: 'es-ES' },
} as const;

describe.skipIf(!browserPath || !folder)('pictures of every page', { timeout: 600_000 }, () => {
  let server: Server;
  let browser: Browser;
  let session: Session;
  let world: World;

  beforeAll(async () => {
    server = await startPageServer();
    [browser, world] = await Promise.all([launchBrowser(), fillWorld(server)]);
    session = await adminSession(browser, server);
    await mkdir(folder ?? '', { recursive: true });
  });
  afterAll(async () => {
    await browser?.close();
    world?.[Symbol.dispose]();
    await server?.[Symbol.asyncDispose]();
  });

  test.each(Object.entries(LOOKS))('%s', async (look, options) => {
    const shoot = (page: Page, name: string, fullPage = false) =>
      page.screenshot({ path: join(folder ?? '', `${name}-${look}.png`), fullPage });
    const names = namesOf(server.customer, world);
    const found = await walk({
      browser,
      url: `${server.url}/app`,
      places: [...names.keys()],
      options: { ...options, storageState: session },
      how: 'anew',
      checks: [
        problemsOfWidth,
        async (page, place) => {
          // graphs and charts come with code of their own
          await page.waitForTimeout(400);
          const height = await page.evaluate<number>('document.documentElement.scrollHeight');
          await shoot(page, names.get(place) ?? 'unnamed', height > options.viewport.height + 60);
          return [];
        },
      ],
    });
    expect(found).toEqual([]);
  });

  test.each(['light', 'dark'] as const)('what opens over a page, %s', async (colorScheme) => {
    await using visit = await openPage(browser, { colorScheme, viewport: WIDE, storageState: session });
    const { page } = visit;
    const shoot = async (name: string) => {
      await settled(page);
      await page.waitForTimeout(300);
      await page.screenshot({ path: join(folder ?? '', `${name}-${colorScheme}.png`) });
    };
    const task = `${server.url}/app/${server.customer}/tasks/${world.ids.task}`;
    await page.goto(task);
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await shoot('over-run');
    await page.getByRole('dialog').getByRole('button', { name: 'Run', exact: true }).click();
    await shoot('over-run-errors');
    for (const item of ['Copy…', 'Pause…', 'Empty queue…', 'Delete…']) {
      await page.goto(task);
      await page.getByRole('button', { name: 'More actions' }).click();
      await page.getByRole('menuitem', { name: item }).click();
      await shoot(`over-${item.split(/\W/)[0]?.toLowerCase()}`);
    }
    await page.goto(`${server.url}/app/${server.customer}/tasks/import`);
    await page.getByLabel('Or its text').fill(JSON.stringify(RECIPE));
    await page.getByRole('button', { name: 'Import', exact: true }).click();
    await page.getByText('is imported').waitFor();
    await shoot('over-imported');
    expect(visit.complaints).toEqual([]);
  });

  test('those of the README and the guide, which go to docs/images', async () => {
    const { ids } = world;
    const pictures: [name: string, place: string, height: number, looks?: readonly ('light' | 'dark')[]][] = [
      ['home', '', 800, ['light', 'dark']],
      ['job', `jobs/${ids.running}`, 800, ['light', 'dark']],
      ['workflow-run', `workflows/${ids.workflow}/runs/${ids.run}`, 800, ['light', 'dark']],
      ['tasks', 'tasks', 800],
      ['run', `tasks/${ids.task}?run=true`, 800],
      ['script', `scripts/${ids.script}`, 700],
      ['calendar', 'schedules?view=month', 900],
      ['webhook', `webhooks/${ids.webhook}`, 900],
      ['bots', 'bots', 800],
      ['queue', 'queue', 640],
      ['tokens', 'settings/credentials/integration-tokens', 700],
      ['pending', 'pending', 740],
    ];
    for (const [name, place, height, looks = ['light'] as const] of pictures)
      for (const colorScheme of looks) {
        const viewport = { width: name === 'pending' ? 360 : 1280, height };
        await using visit = await openPage(browser, {
          ...LOOKS[colorScheme],
          viewport,
          storageState: session,
        });
        await visit.page.goto(`${server.url}/app/${server.customer}/${place}`);
        await settled(visit.page);
        await visit.page.waitForTimeout(800);
        const file = `${name}${colorScheme === 'dark' ? '-dark' : ''}.png`;
        await visit.page.screenshot({ path: join(folder ?? '', 'docs', file) });
      }
  });

  test('an organization in which nothing was made yet', async () => {
    const client = createClient({ baseUrl: server.url });
    const all = createClient({
      baseUrl: server.url,
      token: (await client.login({ body: server.admin })).access_token,
    });
    await all.createCustomer({ body: { name: 'empty', display_name: 'An empty one' } });
    const { access_token: value } = await client.login({ body: { ...server.admin, customer: 'empty' } });
    const cookies = session.cookies.map((cookie) =>
      cookie.name === 'argus_session' ? { ...cookie, value } : cookie,
    );
    const lists = Object.keys(placesOf('empty', world)).filter((path) => /^\/\$customer\/[^$]*$/.test(path));
    const found = await walk({
      browser,
      url: `${server.url}/app`,
      places: lists.map((path) => path.replace('$customer', 'empty')),
      options: { ...LOOKS.light, storageState: { ...session, cookies } },
      how: 'anew',
      checks: [
        async (page, place) => {
          await page.screenshot({ path: join(folder ?? '', `none-${nameOf(place)}.png`) });
          return [];
        },
      ],
    });
    expect(found).toEqual([]);
  });
});

const nameOf = (path: string) => path.replace(/^\/[^/]*\/?/, '').replace(/\W+/g, '-') || 'home';

/** What the pictures of all places are called. */
function namesOf(customer: string, world: World): Map<string, string> {
  const names = new Map<string, string>();
  const ids = Object.entries(world.ids);
  for (const [path, places] of Object.entries(placesOf(customer, world)))
    for (const [index, place] of places.entries()) {
      const thing = ids.findLast(([, id]) => place.includes(id))?.[0];
      const name = path.startsWith('/$customer') ? nameOf(path.replace(/\/\$\w+Id/g, '')) : path.slice(1);
      names.set(place, [name || 'first', thing, index > 0 && !thing && index].filter(Boolean).join('-'));
    }
  return names;
}

/** As another system exports a task: with something to adapt, to leave out and to fill in. */
const RECIPE = {
  task: {
    type: 'script',
    name: 'Check certificate',
    script_runas: 'bash',
    timeout: 600_000,
    hostname: 'Apache3',
    acl: ['ops@example.org'],
    env: { THEEYE_JOB: '{}', KEY: '' },
    task_arguments: [{ order: 0, type: 'fixed', label: 'port', value: '' }],
  },
  file: { filename: 'check cert.sh', data: 'ZWNobyBjaGVja2VkCg==' },
};
