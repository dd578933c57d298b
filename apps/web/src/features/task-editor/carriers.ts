import type { Host } from '@argus/contract';

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
      ? 'There is no bot yet: its jobs will wait for one.'
      : 'No bot carries all of them yet: its jobs will wait until one does.';
  const names = carriers.slice(0, NAMED).map(({ hostname }) => hostname);
  const more = carriers.length - names.length;
  const list = `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  return `Now ${carriers.length} of ${hosts.length} ${hosts.length === 1 ? 'bot' : 'bots'}: ${list}.`;
}
