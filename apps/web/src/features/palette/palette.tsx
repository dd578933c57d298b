import { plural, t } from '@lingui/core/macro';
import { Button, Modal, VisuallyHidden } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useId, useState, type KeyboardEvent } from 'react';
import { apiKey, clientOf, useCustomer } from '../../api/hooks.ts';
import { findEntries, jobEntry, pageActions, useEntries, type Entry } from './entries.ts';
import classes from './palette.module.css';
import { recentPages } from './recent.ts';

const RunDialog = lazy(() =>
  import('../run/run-dialog.tsx').then((module) => ({ default: module.RunDialog })),
);

/** Finds pages, tasks, workflows, scripts, bots, schedules and jobs by what is typed, and goes there or runs them. */
export function Palette({ onClose, onShortcuts }: { onClose: () => void; onShortcuts: () => void }) {
  const customer = useCustomer();
  const navigate = useNavigate();
  const id = useId();
  const [text, setText] = useState('');
  const [active, setActive] = useState(0);
  const [running, setRunning] = useState<string>();
  // as they were when it was opened: it stands above them
  const [actions] = useState(pageActions);
  const [recent] = useState(() =>
    recentPages(customer).map(({ to, title }, index): Entry => ({
      id: `recent-${index}`,
      group: t`Recent`,
      label: title,
      act: { to },
    })),
  );
  const { pages, things } = useEntries();
  const shown =
    text.trim() === ''
      ? [...recent, ...actions, ...pages]
      : findEntries([...jobEntry(customer, text), ...things, ...actions, ...pages], text);
  const chosen = shown[Math.min(active, shown.length - 1)];
  const idOf = (entry: Entry) => `${id}-${entry.id}`;
  useEffect(() => {
    if (chosen) document.querySelector(`[id="${id}-${chosen.id}"]`)?.scrollIntoView({ block: 'nearest' });
  }, [chosen, id]);

  const choose = ({ act }: Entry) => {
    if ('run' in act) return setRunning(act.run);
    onClose();
    if ('to' in act) void navigate({ to: act.to as '/', ...(act.hash !== undefined && { hash: act.hash }) });
    // what it opens takes the focus, which this gives back as it closes
    else setTimeout(act.call, 200);
  };
  const onKey = (event: KeyboardEvent) => {
    const last = shown.length - 1;
    const now = Math.min(active, last);
    const next = { ArrowDown: now < last ? now + 1 : 0, ArrowUp: now > 0 ? now - 1 : last }[event.key];
    if (next !== undefined) {
      event.preventDefault();
      setActive(next);
    } else if (event.key === 'Enter' && chosen && !event.nativeEvent.isComposing) {
      event.preventDefault();
      choose(chosen);
    }
  };

  if (running !== undefined) return <RunTask id={running} onClose={onClose} />;
  const count = shown.length;
  return (
    <Modal
      opened
      onClose={onClose}
      withCloseButton={false}
      padding={0}
      size="lg"
      yOffset="10vh"
      centered={false}
      aria-label={t`Command palette`}
    >
      <input
        className={classes.input}
        data-autofocus
        role="combobox"
        aria-expanded="true"
        aria-controls={id}
        aria-autocomplete="list"
        aria-activedescendant={chosen && idOf(chosen)}
        aria-label={t`Find a page, a task, a job by its id, …`}
        placeholder={t`Find a page, a task, a job by its id, …`}
        autoComplete="off"
        spellCheck={false}
        maxLength={200}
        value={text}
        onChange={({ currentTarget }) => {
          setText(currentTarget.value);
          setActive(0);
        }}
        onKeyDown={onKey}
      />
      <VisuallyHidden role="status">{plural(count, { one: '# result', other: '# results' })}</VisuallyHidden>
      <div role="listbox" id={id} aria-label={t`Results`} className={classes.list}>
        {groupsOf(shown).map(([group, entries]) => (
          <div role="group" aria-label={group} key={group}>
            <div className={classes.group} aria-hidden="true">
              {group}
            </div>
            {entries.map((entry) => (
              <div
                key={entry.id}
                id={idOf(entry)}
                role="option"
                tabIndex={-1}
                aria-selected={entry === chosen}
                className={classes.option}
                onClick={() => choose(entry)}
                onKeyDown={onKey}
                onMouseMove={() => setActive(shown.indexOf(entry))}
              >
                <span>{entry.label}</span>
                {entry.hint && <span className={classes.hint}>{entry.hint}</span>}
              </div>
            ))}
          </div>
        ))}
      </div>
      {count === 0 && (
        <div
          className={classes.empty}
        >{t`Nothing is called like that. Try fewer letters, or the id of a job.`}</div>
      )}
      <div className={classes.foot}>
        <Button variant="subtle" size="compact-xs" onClick={onShortcuts}>
          {t`Keyboard shortcuts`}
        </Button>
      </div>
    </Modal>
  );
}

function groupsOf(entries: readonly Entry[]): [string, Entry[]][] {
  const groups = new Map<string, Entry[]>();
  for (const entry of entries) groups.set(entry.group, [...(groups.get(entry.group) ?? []), entry]);
  return [...groups];
}

/** The dialog of one task, which is read for it. */
function RunTask({ id, onClose }: { id: string; onClose: () => void }) {
  const customer = useCustomer();
  const input = { params: { id } };
  const task = useQuery({
    queryKey: apiKey(customer, 'getTask', input),
    queryFn: ({ signal }) => clientOf(customer).getTask({ ...input, signal }),
  });
  return <Suspense>{task.data && <RunDialog task={task.data} onClose={onClose} />}</Suspense>;
}
