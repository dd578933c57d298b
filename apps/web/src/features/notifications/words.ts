import { t } from '@lingui/core/macro';
import type { ChannelType, DeliveryState, Notification, NotificationRule } from '@argus/contract';

/** What a channel of each type is, for people. */
export const CHANNEL_LABELS: Readonly<Record<ChannelType, string>> = {
  email: t`E-mail`,
  webhook: t`Webhook`,
  // verbatim: its name
  slack: 'Slack',
  // verbatim: its name
  teams: 'Teams',
};

export const MEDIUM_LABELS: Readonly<Record<Notification['medium'], string>> = {
  ...CHANNEL_LABELS,
  browser: t`On the page`,
  push: t`On a device`,
};

export const STATE_LABELS: Readonly<Record<DeliveryState, string>> = {
  waiting: t`Waits`,
  sending: t`Is being sent`,
  sent: t`Sent`,
  failed: t`Failed`,
  suppressed: t`Not sent`,
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
  if (only_first_failure)
    return recovered
      ? t`${named} (the first of failures in a row), and when it works again`
      : t`${named} (the first of failures in a row)`;
  return recovered ? t`${named}, and when it works again` : named;
}

export function aboutText({ emitter, tag }: Pick<NotificationRule, 'emitter' | 'tag'>): string {
  if (emitter !== null) return emitter.name;
  return tag === null ? t`Every task and workflow` : t`Whatever has the tag ${tag}`;
}
