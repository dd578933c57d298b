import type { NotificationData } from '@mantine/notifications';
import type * as library from '@mantine/notifications';

type Place = typeof library;

let place: Place['Notifications'] | undefined;
const listeners = new Set<() => void>();

/** Does it with what shows them, which is loaded by the first; where that cannot be had, nothing is shown. */
async function withPlace(act: (loaded: Place) => void): Promise<void> {
  const loaded = await import('@mantine/notifications').catch(() => undefined);
  if (loaded) act(loaded);
}

/** What is said in a corner of the page, for a while: that something was done, or why not. */
export const toasts = {
  show(toast: NotificationData): void {
    void withPlace(({ notifications, Notifications }) => {
      notifications.show(toast);
      place = Notifications;
      for (const listener of listeners) listener();
    });
  },
  hide(id: string): void {
    void withPlace(({ notifications }) => notifications.hide(id));
  },
  /** What draws them, once something was said. */
  place: () => place,
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};

// who does something may be answered so, and must be where the connection is lost by then
for (const doing of ['pointerdown', 'keydown'])
  window.addEventListener(doing, () => void withPlace(() => undefined), { once: true, capture: true });
