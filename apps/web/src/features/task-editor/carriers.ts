import type { Host } from '@argus/contract';

import { plural, t } from '@lingui/core/macro';
const NAMED = 5;

/** Which of the bots carry all labels, as a sentence; nothing while labels or bots are not there. */
export function carriersText(
  labels: readonly string[],
  hosts: readonly Pick<Host, 'hostname' | 'labels'>[] | undefined,
): string {
  if (labels.length === 0 || hosts === undefined) return '';
  // labels are compared without case
  const wanted = labels.map((label) => label.toLowerCase());
  const carriers = hosts.filter((host) => wanted.every((label) => host.labels.includes(label)));
  const [first] = carriers;
  if (first === undefined)
    return hosts.length === 0
      ? t`There is no bot yet: its jobs will wait for one.`
      : t`No bot carries all of them yet: its jobs will wait until one does.`;
  const names = carriers.slice(0, NAMED).map(({ hostname }) => hostname);
  const more = carriers.length - names.length;
  const named = names.join(', ');
  const count = carriers.length;
  const all = plural(hosts.length, { one: '# bot', other: '# bots' });
  return more > 0
    ? t`Now ${count} of ${all}: ${named} and ${more} more.`
    : t`Now ${count} of ${all}: ${named}.`;
}
