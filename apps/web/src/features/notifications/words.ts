import type { ChannelType, DeliveryState, Notification, NotificationRule } from '@argus/contract';

/** What a channel of each type is, for people. */
export const CHANNEL_LABELS: Readonly<Record<ChannelType, string>> = {
  email: 'E-mail',
  webhook: 'Webhook',
  slack: 'Slack',
  teams: 'Teams',
};

export const MEDIUM_LABELS: Readonly<Record<Notification['medium'], string>> = {
  ...CHANNEL_LABELS,
  browser: 'On the page',
};

export const STATE_LABELS: Readonly<Record<DeliveryState, string>> = {
  waiting: 'Waits',
  sending: 'Is being sent',
  sent: 'Sent',
  failed: 'Failed',
  suppressed: 'Not sent',
};

export const STATE_COLORS: Readonly<Record<DeliveryState, string>> = {
  waiting: 'orange',
  sending: 'blue',
  sent: 'green',
  failed: 'red',
  suppressed: 'gray',
};

/** What a rule tells of, in a few words. */
export function whenText({
  events,
  only_first_failure,
  recovered,
}: Pick<NotificationRule, 'events' | 'only_first_failure' | 'recovered'>): string {
  const named = events.join(', ');
  const first = only_first_failure ? ' (the first of failures in a row)' : '';
  return `${named}${first}${recovered ? ', and when it works again' : ''}`;
}

export function aboutText({ emitter, tag }: Pick<NotificationRule, 'emitter' | 'tag'>): string {
  if (emitter !== null) return emitter.name;
  return tag === null ? 'Every task and workflow' : `Whatever has the tag ${tag}`;
}
