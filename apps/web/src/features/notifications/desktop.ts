import type { MyNotifications } from '@argus/contract';
import { inLanguage, learnSentences } from '../../api/sentences/learned.ts';
import { kept } from '../../ui/kept.ts';

export type DesktopState = NotificationPermission | 'missing';
type Item = MyNotifications['notifications'][number];

/** Whether this browser shows notifications outside of the page. */
export function desktopState(): DesktopState {
  return 'Notification' in window ? Notification.permission : 'missing';
}

/** Whose device this browser is, where it is told while no page is open, and as what the server knows it. */
export const pushHere = kept<{ user: string; device: string; endpoint: string }>('browser', 'push');

/** The newest that this browser has shown: other pages of it show nothing twice. */
const SEEN_KEY = 'argus.notifications.seen';

/**
 * Shows what is new since the last look outside of the page, where the person allowed it. What was there before the
 * first look is not new.
 */
export function showOutside(items: readonly Item[], onOpen: (item: Item) => void): void {
  const [newest] = items;
  if (newest === undefined) return;
  const seen = window.localStorage.getItem(SEEN_KEY);
  if (seen !== null && seen >= newest.id) return;
  window.localStorage.setItem(SEEN_KEY, newest.id);
  // what is pushed is shown by the service worker
  if (seen === null || desktopState() !== 'granted' || pushHere.read() !== undefined) return;
  const unseen = items.filter(({ id, read_at }) => id > seen && read_at === null).toReversed();
  void learnSentences().then(() => unseen.forEach((item) => show(item, onOpen)));
}

function show(item: Item, onOpen: (item: Item) => void): void {
  // the same tag replaces what another page of this browser showed
  const shown = new Notification(inLanguage(item.subject), {
    body: item.text.split('\n\n', 1)[0] ?? '',
    tag: item.id,
  });
  shown.addEventListener('click', () => {
    window.focus();
    shown.close();
    onOpen(item);
  });
}
