/** Messages that somebody wrote are put into the outbox by the `letters` of these: see outbox.ts. */
export { createNotifications, type Notifications } from './notifications.ts';
