import { t } from '@lingui/core/macro';
import { kept } from '../../ui/kept.ts';

/** Where one key after `g` leads: the path below the organization. */
export const GO: Readonly<Record<string, { to: string; label: string }>> = {
  h: { to: '', label: t`Home` },
  t: { to: 'tasks', label: t`Tasks` },
  w: { to: 'workflows', label: t`Workflows` },
  j: { to: 'jobs', label: t`Jobs` },
  q: { to: 'queue', label: t`Queue` },
  s: { to: 'scripts', label: t`Scripts` },
  c: { to: 'schedules', label: t`Schedules` },
  b: { to: 'bots', label: t`Bots` },
  p: { to: 'pending', label: t`My pending actions` },
};

/** What `c` makes, by the list that one is in. */
const CREATE: Readonly<Record<string, string>> = {
  tasks: 'tasks/new',
  workflows: 'workflows/new',
  scripts: 'scripts/new',
  webhooks: 'webhooks/new',
};

/** The page on which something new of the kind in sight is made. */
export function createPath(pathname: string): string | undefined {
  const [, first, word = ''] = pathname.split('/');
  return first === 'guide' ? undefined : CREATE[word];
}

const singleKeys = kept<'off'>('browser', 'single-keys');

/** Whether keys without Ctrl do something: somebody who speaks to the machine may not want that. */
export function singleKeysAreOn(): boolean {
  return singleKeys.read() !== 'off';
}

export function setSingleKeys(on: boolean): void {
  if (on) singleKeys.forget();
  else singleKeys.write('off');
}

/** Whether a key goes into a text, a list or a dialog, and so is none of the page's. */
export function isTaken(target: EventTarget | null): boolean {
  if (!(target instanceof Element)) return false;
  return (
    target.closest(
      'input, textarea, select, [contenteditable=""], [contenteditable=true], [role=textbox], [role=listbox], [role=menu], [role=dialog], [role=log]',
    ) !== null || document.querySelector('[role=dialog]') !== null
  );
}
