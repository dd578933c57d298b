import { plural, t } from '@lingui/core/macro';
import { COUNTED_IN_LIST, type Queue, type QueueEntry } from '@argus/contract';
import { numberText } from '../../ui/locale.ts';

/** Whose jobs these are: a bot's, or those of any bot that carries some labels. */
export function queueName({ hostname, labels }: Pick<Queue, 'hostname' | 'labels'>): string {
  const wanted = labels.join(' + ');
  return hostname ?? t`Any bot with ${wanted}`;
}

/** How much of what the bots of a queue can take is taken. */
export function takenText({ hostname, bots, running, slots }: Queue): string {
  if (bots === 0) return hostname === null ? t`No bot takes these jobs now` : t`The bot takes no jobs now`;
  const [busy, all] = [numberText(Math.min(running, slots)), numberText(slots)];
  const taken = t`${busy} of ${all} slots taken`;
  if (hostname !== null) return taken;
  const some = plural(bots, { one: '# bot', other: '# bots' });
  return `${some}, ${taken}`;
}

/** A number of jobs that is counted up to a bound. */
export function countedText(count: number, bound: number = COUNTED_IN_LIST): string {
  const most = numberText(bound);
  return count >= bound ? t`${most} or more` : numberText(count);
}

/** Its place in the line: 1 is the next. Nothing for what is in no line. */
export function placeText({ jobs_before }: Pick<QueueEntry, 'jobs_before'>): string {
  if (jobs_before === null) return '–';
  return jobs_before >= COUNTED_IN_LIST ? `${numberText(COUNTED_IN_LIST)}+` : numberText(jobs_before + 1);
}
