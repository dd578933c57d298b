/** Messages that somebody wrote are put into the outbox by the `letters` of these: see outbox.ts. */
export { createNotifications } from './notifications.ts';
