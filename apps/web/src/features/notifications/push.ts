import { ArgusApiError, type Client } from '@argus/client';
import type { PushDevice } from '@argus/contract';
import { i18n } from '@lingui/core';
import { t } from '@lingui/core/macro';
import { deviceOf } from '../settings/device.ts';
import { pushHere } from './desktop.ts';

/** Whether this browser can be told while no page is open, or why not. */
export type PushAbility = 'ready' | 'denied' | 'insecure' | 'home_screen' | 'missing';

export function pushAbility(): PushAbility {
  if (!window.isSecureContext) return 'insecure';
  if ('serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window)
    return Notification.permission === 'denied' ? 'denied' : 'ready';
  return isAppleTouch() ? 'home_screen' : 'missing';
}

/** There, only a page on the home screen can be told. An iPad calls itself a Mac. */
function isAppleTouch(): boolean {
  const { userAgent, maxTouchPoints } = navigator;
  return /iPhone|iPad|iPod/.test(userAgent) || (/Macintosh/.test(userAgent) && maxTouchPoints > 1);
}

const WORKER = '/app/sw.js';

async function worker(): Promise<ServiceWorkerRegistration> {
  await navigator.serviceWorker.register(WORKER, { scope: '/app/', updateViaCache: 'none' });
  return navigator.serviceWorker.ready;
}

async function subscription(): Promise<PushSubscription | null | undefined> {
  const registration = await navigator.serviceWorker.getRegistration('/app/');
  return registration?.pushManager.getSubscription();
}

/** Of a subscription what the server takes. */
function bodyOf(subscribed: PushSubscription) {
  const { endpoint = '', keys = {} } = subscribed.toJSON();
  const language = i18n.locale === 'es' ? ('es' as const) : ('en' as const);
  return { endpoint, keys: { p256dh: keys['p256dh'] ?? '', auth: keys['auth'] ?? '' }, language };
}

/**
 * Has this browser told for a person; to be called in a click, as it asks for the permission. Throws a sentence where the
 * person or the browser refuses.
 */
export async function turnPushOn(client: Client, user: string): Promise<PushDevice> {
  if ((await Notification.requestPermission()) !== 'granted')
    throw new Error(t`This browser may not show notifications of this page, so nothing was turned on.`);
  const { public_key: applicationServerKey } = await client.getPushKey({});
  const { pushManager } = await worker();
  // one for another key, or another person, would stand in the way
  await (await pushManager.getSubscription())?.unsubscribe();
  const subscribed = await pushManager
    .subscribe({ userVisibleOnly: true, applicationServerKey })
    .catch((error: unknown) => {
      const reason = (error as Error).message;
      throw new Error(t`The push service of this browser refused, or cannot be reached: ${reason}`);
    });
  const body = bodyOf(subscribed);
  try {
    const device = await client.createPushDevice({ body: { ...body, name: ownName() } });
    pushHere.write({ user, device: device.id, endpoint: body.endpoint });
    return device;
  } catch (error) {
    await subscribed.unsubscribe();
    throw error;
  }
}

/** What this browser is called in the list of devices. */
function ownName(): string {
  const { browser, system } = deviceOf(navigator.userAgent);
  return [browser, system].filter((part) => part !== undefined).join(', ') || t`A browser`;
}

/** Takes back what this browser agreed to with its push service. */
export async function forgetPush(): Promise<void> {
  pushHere.forget();
  await (await subscription())?.unsubscribe();
}

/**
 * Says that this browser is still this person's, with the session that they have now, and where it is reached now. Where it is
 * not (another person signed in, it was removed from elsewhere, the permission was taken back) nothing is told here any more.
 */
export async function renewPush(client: Client, user: string): Promise<void> {
  const known = pushHere.read();
  if (known === undefined || pushAbility() === 'insecure') return;
  const subscribed = await subscription();
  if (!subscribed || known.user !== user) return forgetPush();
  const body = bodyOf(subscribed);
  try {
    const device = await client.renewPushDevice({ body: { ...body, before: known.endpoint } });
    pushHere.write({ user, device: device.id, endpoint: body.endpoint });
  } catch (error) {
    if (error instanceof ArgusApiError && error.statusCode === 404) return forgetPush();
    throw error;
  }
}
