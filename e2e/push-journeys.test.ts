import { writeFileSync } from 'node:fs';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, type Client } from '@argus/client';
import { startPushSink, until, type PushSink, type SunkPush } from '@argus/testing';
import type { Browser, BrowserContextOptions, Page, Worker } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browserPath, launchBrowser, openPage, signIn } from './browser.ts';
import { startPageServer } from './page-server.ts';
import type { Server } from './server.ts';

type Subscribed = ReturnType<PushSink['subscribe']>;
interface Shown {
  title: string;
  body: string;
  tag: string;
  data: unknown;
}

/** In a page: the browser subscribes to the push service of the test, and may show notifications. */
const subscribing = (given: Subscribed) => `
  if (Notification.permission !== 'granted') {
    Object.defineProperty(Notification, 'permission', { configurable: true, get: () => 'granted' });
    Notification.requestPermission = async () => 'granted';
  }
  const given = ${JSON.stringify(given)};
  const subscription = {
    endpoint: given.endpoint,
    toJSON: () => given,
    unsubscribe: async () => (localStorage.removeItem('test-subscribed'), true),
  };
  PushManager.prototype.getSubscription = async () =>
    localStorage.getItem('test-subscribed') === 'yes' ? subscription : null;
  PushManager.prototype.subscribe = async ({ applicationServerKey }) => {
    if (typeof applicationServerKey !== 'string') throw new Error('no key');
    localStorage.setItem('test-subscribed', 'yes');
    return subscription;
  };`;

/** In a service worker. */
const NOTING = `
  if (Notification.permission !== 'granted') {
    const shown = [];
    Object.defineProperties(registration, {
      showNotification: { value: async (title, options) => void shown.push({ title, ...options, close: () => {} }) },
      getNotifications: { value: async () => shown },
    });
  }`;
const ALL_SHOWN = `registration.getNotifications().then((all) =>
  all.map(({ title, body, tag, data }) => ({ title, body, tag, data })))`;
const choosing = (title: string) => `registration.getNotifications().then((all) => {
  const notification = all.find((one) => one.title === ${JSON.stringify(title)});
  const waitUntil = (until) => void until.catch(() => {});
  dispatchEvent(Object.assign(new Event('notificationclick'), { notification, waitUntil }));
})`;

// A browser subscribes at its maker's push service, which a test has not: the subscription is one of the test's own service,
// and what arrives there is handed to the browser by its own tools. All else is real.
describe.skipIf(!browserPath)('pushes in the web page', { timeout: 90_000 }, () => {
  const resources = new AsyncDisposableStack();
  let sink: PushSink;
  let server: Server;
  let client: Client;
  let browser: Browser;

  beforeAll(async () => {
    sink = resources.use(await startPushSink());
    const { path } = resources.use(await mkdtempDisposable(join(tmpdir(), 'argus-push-')));
    writeFileSync(join(path, 'ca.pem'), sink.ca);
    server = resources.use(
      await startPageServer({
        ARGUS_ALLOW_PRIVATE_URLS: '127.0.0.1',
        NODE_EXTRA_CA_CERTS: join(path, 'ca.pem'),
      }),
    );
    client = createClient({ baseUrl: server.url, customer: server.customer, token: server.token });
    browser = resources.adopt(await launchBrowser(), (one) => one.close());
  });
  afterAll(() => resources.disposeAsync());

  const mine = () => `${server.url}/app/${server.customer}/settings/my-notifications`;

  /** A page of a browser that subscribes to the push service of the test. */
  async function openSubscribing(subscribed: Subscribed, options: BrowserContextOptions = {}) {
    const visit = await openPage(browser, { ...options, fresh: true });
    await visit.page.addInitScript({ content: subscribing(subscribed) });
    return visit;
  }

  function workerOf(page: Page): Worker {
    const [worker] = page.context().serviceWorkers();
    if (worker === undefined) throw new Error('the page has no service worker');
    return worker;
  }

  /** A browser without windows shows no notifications at all: there, what is to be shown is written down in their place. */
  async function noteWhatIsShown(page: Page): Promise<void> {
    await workerOf(page).evaluate(NOTING);
  }

  /** Hands to the browser what its push service would; answers what it shows then. */
  async function deliver(page: Page, { text }: SunkPush) {
    const tools = await page.context().newCDPSession(page);
    const registered = new Promise<string>((resolve) =>
      tools.on('ServiceWorker.workerRegistrationUpdated', ({ registrations: [first] }) => {
        if (first !== undefined) resolve(first.registrationId);
      }),
    );
    await tools.send('ServiceWorker.enable');
    const registrationId = await registered;
    await tools.send('ServiceWorker.deliverPushMessage', {
      origin: `${server.url}/`,
      registrationId,
      data: text,
    });
    const { title } = JSON.parse(text) as { title: string };
    return until(
      async () => (await workerOf(page).evaluate<Shown[]>(ALL_SHOWN)).find((one) => one.title === title),
      { what: `the notification "${title}"` },
    );
  }

  test('a browser is turned on and tried, shows an approval that waits, opens it, and is off after signing out', async () => {
    const subscribed = sink.subscribe();
    await using visit = await openSubscribing(subscribed, { permissions: ['notifications'] });
    const { page, complaints } = visit;
    await signIn(page, server);
    await page.goto(mine());
    await page.getByRole('button', { name: 'Tell me in this browser' }).click();
    const devices = page.getByRole('list', { name: 'Your devices' });
    await devices.getByText('This browser', { exact: true }).waitFor();
    await page.getByRole('switch', { name: /^On your devices/ }).waitFor();
    await devices.getByRole('button', { name: /^Send a test/ }).click();
    await page.getByText('Sent: it appears there in a moment.').waitFor();
    await devices.getByText(/^Last told/).waitFor();
    await noteWhatIsShown(page);
    const [tested] = await sink.got(1, subscribed.endpoint);
    expect(await deliver(page, tested as SunkPush)).toMatchObject({
      title: 'This is how Argus tells you',
      body: 'A test, which you asked for.',
    });

    const approval = await client.createTask({
      body: {
        type: 'approval',
        name: 'Release',
        approval: { who: 'fixed', people: [server.admin.email] },
      },
    });
    const job = await client.runTask({ params: { id: approval.id } });
    const [, asked] = await sink.got(2, subscribed.endpoint);
    const address = `/app/${server.customer}/jobs/${job.id}`;
    expect(await deliver(page, asked as SunkPush)).toMatchObject({
      title: 'Release asks for your approval',
      tag: job.id,
      data: { url: address },
    });
    // as a click does, but that a browser lets a real one alone bring a window to the front
    await workerOf(page).evaluate(choosing('Release asks for your approval'));
    await page.waitForURL(`**${address}`);
    await page.getByRole('heading', { name: 'Release' }).waitFor();

    // it is still this person's after the page was opened anew
    const renewed = page.waitForResponse(
      (answer) =>
        answer.request().method() === 'PUT' && answer.url().endsWith('/notification-settings/device'),
    );
    await page.reload();
    expect((await renewed).status()).toBe(200);

    await page.getByRole('button', { name: /^Account/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByLabel('E-mail').waitFor();
    await signIn(page, server);
    await page.goto(mine());
    await page.getByRole('button', { name: 'Tell me in this browser' }).waitFor();
    expect(await page.getByText('This browser', { exact: true }).count()).toBe(0);
    expect(complaints).toEqual([]);
    expect(sink.wrong).toEqual([]);
  });

  test('a device is removed from elsewhere, and its own browser knows so when it is opened', async () => {
    const subscribed = sink.subscribe();
    await using visit = await openSubscribing(subscribed, { permissions: ['notifications'] });
    const { page } = visit;
    await signIn(page, server);
    await page.goto(mine());
    await page.getByRole('button', { name: 'Tell me in this browser' }).click();
    await page.getByText('This browser', { exact: true }).waitFor();
    const state = await page.context().storageState();
    const { origins: _here, ...cookies } = state;
    await using elsewhere = await openPage(browser, { storageState: { ...cookies, origins: [] } });
    await elsewhere.page.goto(mine());
    await elsewhere.page.getByRole('button', { name: /^Remove: / }).click();
    await elsewhere.page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await elsewhere.page.getByRole('list', { name: 'Your devices' }).waitFor({ state: 'detached' });
    await page.reload();
    await page.getByRole('button', { name: 'Tell me in this browser' }).waitFor();
    await page.waitForFunction(`localStorage.getItem('test-subscribed') === null`);
  });

  test('who refused, came without https, or has an iPhone is told what to do', async () => {
    await using visit = await openSubscribing(sink.subscribe());
    const { page } = visit;
    await signIn(page, server);
    const says = async (content: string, text: RegExp) => {
      const other = await page.context().newPage();
      await other.addInitScript({ content });
      await other.goto(mine());
      await other.getByRole('region', { name: 'Your devices' }).getByText(text).waitFor();
      expect(await other.getByRole('button', { name: 'Tell me in this browser' }).count()).toBe(0);
      await other.close();
    };
    const is = (object: string, name: string, value: string) =>
      `Object.defineProperty(${object}, '${name}', { get: () => ${value} });`;
    const hasNoPush = 'delete window.PushManager;';
    await says(is('Notification', 'permission', `'denied'`), /allow them in its settings for this site/);
    await says(is('window', 'isSecureContext', 'false'), /only by pages that came by https/);
    await says(
      hasNoPush + is('navigator', 'userAgent', `'Mozilla/5.0 (iPhone; like Mac OS X)'`),
      /Add to Home Screen/,
    );
    await says(hasNoPush, /it has no push/);
  });
});
