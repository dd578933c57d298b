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
    const { client, ids } = world;
    const host_id = (await client.listHosts()).find(({ id }) => id !== ids.bot)?.id ?? '';
    const script = await client.createScript({ body: { filename: 'roll-out.sh', content: ROLL_OUT } });
    const task = await client.createTask({
      body: { name: 'Roll out to production', host_id, script_id: script.id },
    });
    const job = await client.runTask({ params: { id: task.id }, body: {} });
    // a month with something in it, whatever day it is
    const inTwoWeeks = new Date(Date.now() + 14 * 86_400_000).toISOString().slice(0, 10);
    const pictures: [name: string, place: string, height: number, looks?: readonly ('light' | 'dark')[]][] = [
      ['home', '', 800, ['light', 'dark']],
      ['job', `jobs/${job.id}`, 800, ['light', 'dark']],
      ['workflow-run', `workflows/${ids.workflow}/runs/${ids.run}`, 800, ['light', 'dark']],
      ['tasks', 'tasks', 800],
      ['run', `tasks/${ids.task}?run=true`, 800],
      ['script', `scripts/${ids.script}`, 700],
      ['calendar', `schedules?view=month&date=${inTwoWeeks}`, 900],
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
    await client.cancelJob({ params: { id: job.id } });
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

/** Writes what the picture of a job shows, and goes on. */
const ROLL_OUT = String.raw`#!/bin/sh
printf '\033[1m[1/5] fetch\033[0m   shop 2.4.1, 214 files \033[32mok\033[0m\n'
printf '\033[1m[2/5] check\033[0m   signatures \033[32mok\033[0m, migrations: 2 to apply\n'
echo 'warning: the cache of web-2 is cold, warming it up takes a while' >&2
sleep 0.3
printf '\033[1m[3/5] migrate\033[0m 0042_orders.sql \033[32mok\033[0m (0.8 s)\n'
printf '\033[1m[3/5] migrate\033[0m 0043_stock.sql \033[32mok\033[0m (1.4 s)\n'
for web in 1 2 3; do
  printf '\033[1m[4/5] rollout\033[0m web-%s drained\n' "$web"
  printf '\033[1m[4/5] rollout\033[0m web-%s restarted, \033[36mhealthy\033[0m after 2 probes\n' "$web"
done
printf '\033[1m[5/5] verify\033[0m  watching error rates for five minutes\n'
for p50 in 41 42 43 44 45 40 41; do
  printf '\033[1m[5/5] verify\033[0m  0.0%s %% errors, p50 \033[33m%s ms\033[0m\n' "$((p50 % 5))" "$p50"
done
sleep 300
`;

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
