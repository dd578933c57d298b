// The page's service worker. It keeps nothing and answers no request: it shows what is pushed while no page is open, and opens
// what is chosen. Built as `sw.js`, without anything else in it.

interface Waiting extends Event {
  waitUntil(until: Promise<unknown>): void;
}
interface Pushed extends Waiting {
  data: { json(): unknown } | null;
}
interface Chosen extends Waiting {
  notification: Notification;
}
interface Changed extends Waiting {
  oldSubscription: PushSubscription | null;
  newSubscription: PushSubscription | null;
}
interface Tab {
  url: string;
  focus(): Promise<Tab>;
  postMessage(message: unknown): void;
}
/** Of a service worker what is used here: its types and those of a page exclude each other. */
interface Worker {
  location: Location;
  registration: ServiceWorkerRegistration;
  clients: {
    claim(): Promise<void>;
    matchAll(options: { type: 'window'; includeUncontrolled: boolean }): Promise<readonly Tab[]>;
    openWindow(url: string): Promise<unknown>;
  };
  skipWaiting(): Promise<void>;
  addEventListener(type: 'install' | 'activate', listener: (event: Waiting) => void): void;
  addEventListener(type: 'push', listener: (event: Pushed) => void): void;
  addEventListener(type: 'notificationclick', listener: (event: Chosen) => void): void;
  addEventListener(type: 'pushsubscriptionchange', listener: (event: Changed) => void): void;
}
const worker = globalThis as unknown as Worker;

/** What the server pushes: `features/notifications/push.ts` of the supervisor writes it. */
interface Message {
  title: string;
  body: string;
  url: string;
  tag: string;
}

worker.addEventListener('install', (event) => event.waitUntil(worker.skipWaiting()));
worker.addEventListener('activate', (event) => event.waitUntil(worker.clients.claim()));

worker.addEventListener('push', (event) => event.waitUntil(show(messageOf(event))));
worker.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(open(addressOf((event.notification.data as { url?: unknown } | null)?.url)));
});
worker.addEventListener('pushsubscriptionchange', (event) => event.waitUntil(renew(event)));

function messageOf({ data }: Pushed): Partial<Message> {
  try {
    return data?.json() ?? {};
  } catch {
    return {};
  }
}

/** A browser that is pushed to must show something: it says so itself where nothing is shown. */
function show({ title = 'Argus', body = '', url, tag }: Partial<Message>): Promise<void> {
  const options = { body, data: { url }, icon: '/app/icon-192.png', badge: '/app/icon-192.png' };
  // what is told again about the same is heard again
  const again = tag === undefined ? {} : { tag, renotify: true };
  return worker.registration.showNotification(title, { ...options, ...again });
}

/** An address of the page alone, whatever came. */
function addressOf(url: unknown): string {
  const address = URL.parse(typeof url === 'string' ? url : '/app/', worker.location.origin);
  return address?.origin === worker.location.origin && address.pathname.startsWith('/app/')
    ? address.href
    : `${worker.location.origin}/app/`;
}

/** In a tab that shows it, else in one of the page, which asks before it leaves what is not saved; else in a new one. */
async function open(address: string): Promise<void> {
  const tabs = await worker.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const there = tabs.find(({ url }) => url === address);
  if (there) return void (await there.focus());
  const { origin } = worker.location;
  const page = tabs.find(
    ({ url }) => url.startsWith(`${origin}/app/`) && !/^\/app\/(login.*)?$/.test(new URL(url).pathname),
  );
  if (!page) return void (await worker.clients.openWindow(address));
  // a tab is of this origin: what is sent to it has no other
  // oxlint-disable-next-line unicorn/require-post-message-target-origin
  page.postMessage({ open: address.slice(origin.length) });
  await page.focus();
}

/** The push service wants another address: said to the server while somebody is signed in, else by the page when it is opened. */
async function renew({ oldSubscription, newSubscription }: Changed): Promise<void> {
  const options = oldSubscription?.options;
  const now = newSubscription ?? (options && (await worker.registration.pushManager.subscribe(options)));
  if (!now) return;
  const { endpoint, keys } = now.toJSON();
  await fetch('/notification-settings/device', {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ endpoint, keys, ...(oldSubscription && { before: oldSubscription.endpoint }) }),
  });
}
