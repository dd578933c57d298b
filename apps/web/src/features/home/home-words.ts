import { plural, t } from '@lingui/core/macro';
import type { Overview } from '@argus/contract';
import { numberText } from '../../ui/locale.ts';

type Waiting = Overview['waiting']['queues'][number];

/** Counting ends at this number. */
export const COUNTED = 1_000;

/** Why the first of a queue waits, in a few words; the server's sentence has the names. */
export const WAITS_WORDS: Readonly<Record<Waiting['waits_for'], string>> = {
  person: t`On hold`,
  due: t`Not due yet`,
  no_bot: t`No bot for it`,
  bot_disabled: t`The bot takes no jobs`,
  bot_away: t`The bot does not report`,
  task_limit: t`The task runs as often as it may`,
  customer_limit: t`The organization runs as much as it may`,
  bot_full: t`The bot is full`,
  jobs_before: t`Others stand before it`,
  turn: t`Starts in a moment`,
};

/** What somebody has to do something about; the rest goes on by itself. */
export const STUCK: ReadonlySet<Waiting['waits_for']> = new Set(['no_bot', 'bot_disabled', 'bot_away']);

/** Why jobs are on hold. */
export function holdWords(reasonCode: string): string {
  switch (reasonCode) {
    case 'task_paused':
      return t`Their task is paused`;
    case 'approval':
      return t`Wait for an approval`;
    case 'input':
      return t`Wait for input`;
    default:
      return t`Held by somebody`;
  }
}

/** Whose jobs these are. */
export function queueName({ hostname, labels }: Pick<Waiting, 'hostname' | 'labels'>): string {
  const carried = labels.join(' + ');
  return hostname ?? t`Any bot with ${carried}`;
}

/** A number that may be larger than was counted. */
export function counted(count: number, bound = COUNTED): string {
  const number = numberText(Math.min(count, bound));
  return count >= bound ? `${number}+` : number;
}

export function jobsText(count: number): string {
  if (count < COUNTED) return plural(count, { one: '# job', other: '# jobs' });
  const bound = numberText(COUNTED);
  return t`${bound} jobs or more`;
}

/** How often in a row; counting ends at 50. */
export function inARowText(count: number): string {
  if (count >= 50) return t`50 times or more in a row`;
  return plural(count, { one: 'failed once', other: '# times in a row' });
}
