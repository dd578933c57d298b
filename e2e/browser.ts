import { existsSync } from 'node:fs';
import {
  chromium,
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type Page,
} from 'playwright-core';
import { onTestFailed, TestRunner } from 'vitest';
import type { Server } from './server.ts';

const PLACES = [
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/google-chrome',
];

/** The browser of this machine, if it has one. */
export const browserPath =
  process.env['CHROMIUM_PATH'] || process.env['ARGUS_CHROMIUM'] || PLACES.find((place) => existsSync(place));

if (!browserPath)
  console.warn('browser journeys are skipped: no Chromium. Install one, or name it in CHROMIUM_PATH.');

// a browser run by root has no sandbox, one in a test nothing to say to the world
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
/** A page of a test lives too short for optimized code to pay: half of its threads would compile it. Code in between stays. */
const SHORT_LIVED = '--no-opt --no-maglev --no-flush-bytecode';

/** `js`: flags of V8. */
export function launchBrowser({ js = SHORT_LIVED } = {}): Promise<Browser> {
  return chromium.launch({
    ...(browserPath && { executablePath: browserPath }),
    args: [...FLAGS, ...(js === '' ? [] : [`--js-flags=${js}`])],
    // without UTF-8 it calls a file "download" whose name is not ASCII
    env: { ...process.env, LC_ALL: 'C.UTF-8' },
  });
}

export type Session = Awaited<ReturnType<BrowserContext['storageState']>>;

/** A page of its own, and everything that the browser found wrong with it. */
export interface Visit extends AsyncDisposable {
  page: Page;
  /** Errors of scripts, and what the page's security policy refused. */
  complaints: string[];
}

/** `fresh`: in a context of its own, which goes with it. */
type VisitOptions = BrowserContextOptions & { fresh?: boolean };

/** Pages whose visits are over, by browser and by what their contexts were made with. */
const idle = new WeakMap<Browser, Map<string, Page[]>>();

/**
 * A page as in a browser that was just opened: no storage, nothing routed, nobody listening. It may be one that was
 * used before, whose process need not start and compile anew: half the CPU of a first load. Who gives a context
 * what stays with it (scripts of its own, service workers, databases, protocol sessions) takes a `fresh` one.
 */
export async function openPage(browser: Browser, options: VisitOptions = {}): Promise<Visit> {
  const { fresh = false, storageState: state, ...rest } = options;
  const key = JSON.stringify(rest);
  const pages = idle.get(browser) ?? new Map<string, Page[]>();
  idle.set(browser, pages);
  const used = fresh ? undefined : pages.get(key)?.pop();
  const page =
    (await furnished(used, state)) ??
    (await (await browser.newContext({ ...rest, ...(state && { storageState: state }) })).newPage());
  const context = page.context();
  // less than a test may take, so that a failure names the step it hangs at
  page.setDefaultTimeout(30_000);
  const origins = new Set<string>();
  page.on(
    'framenavigated',
    (frame) => frame === page.mainFrame() && origins.add(new URL(frame.url()).origin),
  );
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (/content security policy/i.test(message.text())) complaints.push(message.text());
  });
  let last: string | undefined;
  // none where a file signs in for all of its tests
  if (TestRunner.getCurrentTest())
    onTestFailed(() => console.log(last ?? 'the test was over before its page was left'));
  return {
    page,
    complaints,
    [Symbol.asyncDispose]: async () => {
      last = await page.evaluate<string>(LOOKS).catch(String);
      // another origin has a storage of its own
      if (fresh || origins.size > 1 || !(await leave(page, rest).catch(() => false))) return context.close();
      pages.set(key, [...(pages.get(key) ?? []), page]);
    },
  };
}

/** What a failed test leaves to look at: where the page is, what it shows, what has the focus, what it asked last. */
const LOOKS = `[
  location.href,
  document.body.innerText,
  'focus: ' + document.activeElement?.outerHTML.slice(0, 300),
  ...performance.getEntriesByType('resource').filter((one) => one.initiatorType === 'fetch').slice(-12).map(
    ({ startTime, name, responseStatus, duration }) =>
      'at ' + Math.round(startTime) + ' ms: ' + name + ' ' + responseStatus + ' ' + Math.round(duration) + ' ms'
  ),
  'now: ' + Math.round(performance.now()) + ' ms',
].join('\\n')`;

/** A used page with the cookies and the storage of a session; none where it cannot have them. */
async function furnished(
  page: Page | undefined,
  state: VisitOptions['storageState'],
): Promise<Page | undefined> {
  if (!page || state === undefined) return page;
  const { origin } = new URL(page.url());
  if (typeof state === 'string' || state.origins.some((one) => one.origin !== origin)) {
    await page.context().close();
    return undefined;
  }
  await page.context().addCookies(state.cookies);
  for (const { name, value } of state.origins.flatMap(({ localStorage }) => localStorage))
    await page.evaluate(`localStorage.setItem(${JSON.stringify(name)}, ${JSON.stringify(value)})`);
  return page;
}

/** Takes away what a visit left on its page; answers whether another may have it. */
async function leave(
  page: Page,
  { viewport, colorScheme = 'light', reducedMotion = 'no-preference' }: BrowserContextOptions,
): Promise<boolean> {
  const context = page.context();
  const [only, ...more] = context.pages();
  if (only !== page || more.length > 0 || !page.url().startsWith('http')) return false;
  // only these: it has listeners of its own for what comes at its end
  for (const event of ['console', 'dialog', 'framenavigated', 'pageerror', 'request', 'response'])
    page.removeAllListeners(event);
  await Promise.all([page.unrouteAll(), context.unrouteAll()]);
  // a small answer of the same origin: what a page keeps as it is left is there by then, and its process stays
  await page.goto(new URL('/api/status', page.url()).href);
  await page.evaluate('localStorage.clear(), sessionStorage.clear()');
  await context.clearCookies();
  await page.emulateMedia({
    colorScheme,
    reducedMotion,
    media: null,
    forcedColors: 'none',
    contrast: 'no-preference',
  });
  if (viewport !== null) await page.setViewportSize(viewport ?? { width: 1280, height: 720 });
  return true;
}

/** Signs in as the admin and waits for the home page. */
export async function signIn(page: Page, { url, admin }: Server): Promise<void> {
  await page.goto(`${url}/app/`);
  await page.getByLabel('E-mail').fill(admin.email);
  await page.getByLabel('Password', { exact: true }).fill(admin.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Home', exact: true }).waitFor();
}

/** The cookies of the admin, signed in once for all journeys that are not about that. */
export async function adminSession(browser: Browser, server: Server): Promise<Session> {
  await using visit = await openPage(browser);
  await signIn(visit.page, server);
  return await visit.page.context().storageState();
}
