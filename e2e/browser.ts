import { existsSync } from 'node:fs';
import {
  chromium,
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type Page,
} from 'playwright-core';
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

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    ...(browserPath && { executablePath: browserPath }),
    args: FLAGS,
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

export async function openPage(browser: Browser, options: BrowserContextOptions = {}): Promise<Visit> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  // less than a test may take, so that a failure names the step it hangs at
  page.setDefaultTimeout(30_000);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (/content security policy/i.test(message.text())) complaints.push(message.text());
  });
  return { page, complaints, [Symbol.asyncDispose]: () => context.close() };
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
