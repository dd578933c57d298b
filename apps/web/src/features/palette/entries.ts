import { t } from '@lingui/core/macro';
import { useApi, useCustomer } from '../../api/hooks.ts';
import { useMay } from '../../api/session.ts';
import { scheduleTitle } from '../../ui/schedule-words.ts';
import { GUIDE } from '../guide/library.ts';
import { SETTINGS, useMaySettle } from '../settings/places.ts';
import { useTaskList } from '../tasks/task-list.ts';
import { GO } from './shortcuts.ts';

/** Something that the palette finds: a page to go to, a task to run, or something to do. */
export interface Entry {
  id: string;
  /** The heading that it stands below. */
  group: string;
  label: string;
  /** Beside it: what tells it from others of its name. */
  hint?: string;
  act: { to: string; hash?: string } | { run: string } | { call: () => void };
}

const PER_GROUP = 7;
const JOB_ID = /^[0-9a-f]{24}$/;

/** Those that have every word in their label or hint, those that begin with the text first, some of each group. */
export function findEntries(entries: readonly Entry[], text: string): Entry[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = entries.filter(({ label, hint = '', group }) => {
    const known = `${label} ${hint} ${group}`.toLowerCase();
    return words.every((word) => known.includes(word));
  });
  const begins = ({ label }: Entry) => label.toLowerCase().startsWith(words[0] ?? '');
  const groups = new Map<string, Entry[]>();
  for (const entry of fits.toSorted((a, b) => Number(begins(b)) - Number(begins(a))))
    groups.set(entry.group, [...(groups.get(entry.group) ?? []), entry].slice(0, PER_GROUP));
  return [...groups.values()].flat();
}

/** The job that a text is the id of. */
export function jobEntry(customer: string, text: string): Entry[] {
  const id = text.trim().toLowerCase();
  if (!JOB_ID.test(id)) return [];
  return [{ id: `job-${id}`, group: t`Jobs`, label: t`Job ${id}`, act: { to: `/${customer}/jobs/${id}` } }];
}

/** The pages of the guide, and what is below their headings. */
function guideEntries(): Entry[] {
  const group = t`Guide`;
  const found = [...GUIDE].map(([page, { title, headings }]) => ({
    page: { id: `guide-${page}`, group, label: title, act: { to: `/guide/${page}` } },
    headings: headings.map(({ id, text }) => ({
      id: `guide-${page}-${id}`,
      group,
      label: text,
      hint: title,
      act: { to: `/guide/${page}`, hash: id },
    })),
  }));
  return [...found.map(({ page }) => page), ...found.flatMap(({ headings }) => headings)];
}

/** The buttons and links of the page in sight, as they stand beside its title. */
export function pageActions(): Entry[] {
  const found = document.querySelectorAll<HTMLElement>('[data-page-actions] :is(button, a)');
  return [...found].flatMap((element, index): Entry[] => {
    const label = (element.getAttribute('aria-label') ?? element.textContent).trim();
    if (label === '' || element.matches(':disabled, [data-disabled]')) return [];
    return [{ id: `action-${index}`, group: t`On this page`, label, act: { call: () => element.click() } }];
  });
}

/** All that can be found, as far as it is loaded; `text` empty: pages and what is at hand. */
export function useEntries(): { pages: Entry[]; things: Entry[] } {
  const customer = useCustomer();
  const path = (to: string) => `/${customer}/${to}`;
  const mayRun = useMay('user');
  const maySettle = useMaySettle();
  const isAdmin = useMay('admin');
  const { tasks } = useTaskList();
  const workflows = useApi('listWorkflows', { query: {} });
  const scripts = useApi('listScripts', { query: {} });
  const schedules = useApi('listSchedules', { query: { limit: 1000 } });
  const hosts = useApi('listHosts', {});

  const page = (to: string, label: string): Entry => ({
    id: `page-${to}`,
    group: t`Pages`,
    label,
    act: { to: path(to) },
  });
  const pages = [
    ...Object.values(GO).map(({ to, label }) => page(to, label)),
    page('settings', t`Settings`),
    { id: 'page-guide', group: t`Pages`, label: t`Guide`, act: { to: '/guide' } },
    ...SETTINGS.flatMap(({ places }) => places)
      .filter(({ needs }) => maySettle(needs))
      .map(({ to, label }) => page(to, label)),
    ...(isAdmin
      ? [
          page('tasks/new', t`New task`),
          page('scripts/new', t`New script`),
          page('workflows/new', t`New workflow`),
        ]
      : []),
  ];
  const taskList = tasks.data ?? [];
  const things = [
    ...taskList.map(({ id, name, hostname, tags }): Entry => {
      const hint = [hostname, ...tags].filter(Boolean).join(' · ');
      return { id: `task-${id}`, group: t`Tasks`, label: name, hint, act: { to: path(`tasks/${id}`) } };
    }),
    ...(mayRun ? taskList : [])
      .filter(({ paused, problems }) => paused === null && problems.length === 0)
      .map(({ id, name }): Entry => ({
        id: `run-${id}`,
        group: t`Run`,
        label: t`Run ${name}`,
        act: { run: id },
      })),
    ...(workflows.data ?? []).map(({ id, name }): Entry => ({
      id: `workflow-${id}`,
      group: t`Workflows`,
      label: name,
      act: { to: path(`workflows/${id}`) },
    })),
    ...(scripts.data ?? []).map(({ id, filename, description }): Entry => ({
      id: `script-${id}`,
      group: t`Scripts`,
      label: filename,
      hint: description,
      act: { to: path(`scripts/${id}`) },
    })),
    ...(hosts.data ?? []).map(({ id, hostname }): Entry => ({
      id: `bot-${id}`,
      group: t`Bots`,
      label: hostname,
      act: { to: path(`bots/${id}`) },
    })),
    ...(schedules.data ?? []).map((schedule): Entry => ({
      id: `schedule-${schedule.id}`,
      group: t`Schedules`,
      label: scheduleTitle(schedule),
      hint: (schedule.task ?? schedule.workflow)?.name ?? '',
      act: { to: path(`schedules/${schedule.id}`) },
    })),
    ...guideEntries(),
  ];
  return { pages, things };
}
