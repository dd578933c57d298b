import { createClient } from '@argus/client';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { barriersOf } from './accessible.ts';
import { adminSession, browserPath, launchBrowser, openPage, type Session } from './browser.ts';
import { englishIn, englishOfPage } from './english.ts';
import { placesOf, routePaths } from './places.ts';
import { startPageServer } from './page-server.ts';
import type { Server } from './server.ts';
import { problemsOfName, problemsOfWidth, walk } from './walk.ts';
import { fillWorld, type Wording, type World } from './world.ts';

const WIDE = { width: 1280, height: 800 };
const NARROW = { width: 360, height: 740 };

/** Whoever names a thing like this wants it to be more than a name. */
const NASTY = [
  '<b class="hostile">bold</b>',
  '<img src="data:," onerror="window.hacked=1">',
  '<script>window.hacked=2</script>',
  '"><svg/onload=window.hacked=3 class=hostile title="',
  '{{7*7}}${window.hacked=4}',
  'javascript:window.hacked=5',
  '\u001B[31mred\u001B[8mhidden\u001B]0;title\u0007',
  '\u202Edesrever\u2066',
  'zero\u200Bwidth\uFEFF',
  '👩‍👩‍👧‍👦 e\u0301\u0302\u0303\u0304\u0305\u0306',
].join(' ');

/** As long as may be, and without a place to break it. */
const hostileWording: Wording = (words, max = 20_000) =>
  `${words} ${NASTY} ${'W'.repeat(max)}`
    .slice(0, Math.max(max, words.length))
    .replace(/[\uD800-\uDBFF]$/, '');

async function problemsOfMarkup(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`[
    ...(window.hacked === undefined ? [] : ['a script ran: ' + window.hacked]),
    ...[...document.querySelectorAll('.hostile, [onerror], [onload], a[href^="javascript:" i], #root script')]
      .map((one) => 'markup of somebody: ' + one.outerHTML.slice(0, 200)),
  ]`);
}

describe.skipIf(!browserPath)('every page', () => {
  let server: Server;
  let browser: Browser;
  let session: Session;
  let world: World;

  beforeAll(async () => {
    server = await startPageServer();
    [browser, world] = await Promise.all([launchBrowser(), fillWorld(server)]);
    session = await adminSession(browser, server);
  });
  afterAll(async () => {
    await browser?.close();
    world?.[Symbol.dispose]();
    await server?.[Symbol.asyncDispose]();
  });

  test('has an address to be looked at here', () => {
    expect(Object.keys(placesOf(server.customer, world)).sort()).toEqual(routePaths().sort());
  });

  test('can be used by everybody, in light and dark, and at 360 px', { timeout: 400_000 }, async () => {
    const found = await walk({
      browser,
      url: `${server.url}/app`,
      places: Object.values(placesOf(server.customer, world)).flat(),
      options: { storageState: session, colorScheme: 'light', viewport: WIDE },
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
          await page.setViewportSize(NARROW);
          const problems = await problemsOfWidth(page);
          await page.setViewportSize(WIDE);
          return problems;
        },
      ],
    });
    expect(found).toEqual([]);
  });

  test('keeps nobody out while a part of it is awaited', { timeout: 200_000 }, async () => {
    await using visit = await openPage(browser, { storageState: session });
    const { page } = visit;
    // what was run is asked for, and not answered
    const held = new RegExp(`/${server.customer}/(.+/)?(jobs?|runs?|pending|deliver|stats)`);
    await page.route(
      (url) => !url.pathname.startsWith('/app') && held.test(url.pathname),
      () => undefined,
    );
    const { task, workflow, schedule, webhook } = world.ids;
    for (const place of [
      `tasks/${task}`,
      `workflows/${workflow}`,
      `schedules/${schedule}`,
      `webhooks/${webhook}`,
      'jobs',
      'pending',
    ]) {
      await page.goto(`${server.url}/app/${server.customer}/${place}`);
      await page.getByRole('status', { name: 'Loading' }).first().waitFor();
      await page.locator('h1').first().waitFor();
      expect(await barriersOf(page), place).toEqual([]);
    }
  });

  test(
    'shows hostile words as words, stays within 360 px with them, opens at each address, and is Spanish for who reads that',
    { timeout: 400_000 },
    async () => {
      const { access_token: token } = await signInTo('hostile');
      const english = englishOfPage();
      expect(english.texts.size).toBeGreaterThan(1_000);
      using hostile = await fillWorld({ url: server.url, customer: 'hostile', token }, hostileWording);
      const found = await walk({
        browser,
        url: `${server.url}/app`,
        places: Object.values(placesOf('hostile', hostile)).flat(),
        options: { storageState: await sessionOf(token), locale: 'es-ES', viewport: NARROW },
        how: 'anew',
        checks: [problemsOfName, problemsOfWidth, problemsOfMarkup, (page) => englishIn(page, english)],
      });
      expect(found).toEqual([]);
    },
  );

  /** Signs in to an organization, which is made where it is not there. */
  async function signInTo(customer: string): Promise<{ access_token: string }> {
    const body = { ...server.admin, customer };
    const first = createClient({ baseUrl: server.url });
    const { access_token } = await first.login({ body: server.admin });
    const all = createClient({ baseUrl: server.url, token: access_token });
    await all.createCustomer({ body: { name: customer, display_name: hostileWording('Hostile', 200) } });
    return first.login({ body });
  }

  async function sessionOf(token: string): Promise<Session> {
    const [cookie] = session.cookies.filter(({ name }) => name === 'argus_session');
    return { ...session, cookies: cookie ? [{ ...cookie, value: token }] : [] };
  }

  test('is put on the home screen of a telephone, with a name and icons for it', async () => {
    await using visit = await openPage(browser, { storageState: session, fresh: true });
    const { page } = visit;
    await page.goto(`${server.url}/app/demo/tasks`);
    await page.getByRole('heading', { name: 'Tasks' }).waitFor();
    const browserSide = await page.context().newCDPSession(page);
    const { errors, url, data = '' } = await browserSide.send('Page.getAppManifest');
    expect({ errors, url }).toEqual({ errors: [], url: `${server.url}/app/manifest.webmanifest` });
    const manifest = JSON.parse(data) as Record<'start_url' | 'scope', string> & {
      name: string;
      display: string;
      icons: { src: string; sizes: string; type: string; purpose?: string }[];
    };
    expect(manifest).toMatchObject({ name: 'Argus', display: 'standalone' });
    // wherever one is in the page, it belongs to what was installed
    expect(page.url().startsWith(new URL(manifest.scope, url).href)).toBe(true);
    expect(new URL(manifest.start_url, url).href).toBe(`${server.url}/app/`);
    for (const { src, sizes, type } of manifest.icons) {
      const at = new URL(src, url).href;
      const response = await fetch(at);
      expect([src, response.status, response.headers.get('content-type')]).toEqual([
        src,
        200,
        expect.stringContaining(type),
      ]);
      if (sizes === 'any') continue;
      const size = await page.evaluate<string>(`(async () => {
        const image = new Image();
        image.src = ${JSON.stringify(at)};
        await image.decode();
        return image.naturalWidth + 'x' + image.naturalHeight;
      })()`);
      expect([src, size]).toEqual([src, sizes]);
    }
    expect(manifest.icons.map(({ sizes, purpose }) => `${sizes} ${purpose ?? 'any'}`)).toEqual(
      expect.arrayContaining(['192x192 any', '512x512 any', '512x512 maskable']),
    );
    expect(visit.complaints).toEqual([]);
  });

  test('is served with a policy that lets only our own files run', async () => {
    await using visit = await openPage(browser, { storageState: session });
    const { page } = visit;
    const response = await page.goto(`${server.url}/app/demo/tasks`);
    const policy = new Map(
      (response?.headers()['content-security-policy'] ?? '').split('; ').map((directive) => {
        const [name = '', ...sources] = directive.split(' ');
        return [name, sources.join(' ')] as const;
      }),
    );
    expect(policy.get('script-src')).toBe("'self'");
    expect(policy.get('default-src')).toBe("'self'");
    expect(policy.get('object-src')).toBe("'none'");
    expect(policy.get('base-uri')).toBe("'none'");
    expect(policy.get('frame-ancestors')).toBe("'none'");
    expect([...policy.values()].join(' ')).not.toMatch(/unsafe-eval|unsafe-hashes|http:|https:|\*/);
    await page.getByRole('heading', { name: 'Tasks' }).waitFor();
    // as a page would that lets somebody put markup into it
    await page
      .evaluate(`
      const script = document.createElement('script');
      script.textContent = 'window.ran = true';
      document.body.append(script);
      document.body.insertAdjacentHTML('beforeend', '<img src="data:," onerror="window.ran = true">');
      setTimeout('window.ran = true');
    `)
      .catch(() => undefined);
    await expect.poll(() => visit.complaints.length).toBeGreaterThanOrEqual(2);
    expect(await page.evaluate('window.ran')).toBeUndefined();
  });
});
