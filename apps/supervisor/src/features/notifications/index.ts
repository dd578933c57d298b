export { createNotifications, type Notifications } from './notifications.ts';
export type { Letter, LetterResult, Letters } from './outbox.ts';
