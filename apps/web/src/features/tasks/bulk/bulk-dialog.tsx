import type { OperationId } from '@argus/contract';
import { plural, t } from '@lingui/core/macro';
import { Alert, Button, Group, List, Modal, Progress, Stack, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState, type ReactNode, type SyntheticEvent } from 'react';
import { useCustomer } from '../../../api/hooks.ts';
import { errorMessage } from '../../../ui/error-notice.tsx';
import { CheckIcon, WarningIcon } from '../../../ui/icons.tsx';
import { TextLink } from '../../../ui/link.tsx';
import type { ListedTask } from '../task-list.ts';
import { byProblem, eachOf, type Outcome } from './each-of.ts';

const CHANGED: readonly OperationId[] = [
  'listTasks',
  'listTaskActivity',
  'listJobs',
  'getTask',
  'listEvents',
];
/** Names of one group that are told. */
const NAMES_MAX = 20;

export interface BulkProps {
  /** What is done with all of these. */
  tasks: readonly ListedTask[];
  /** Selects these and no others. */
  onSelect: (ids: readonly string[]) => void;
  onClose: () => void;
}

interface BulkDialogProps extends BulkProps {
  title: string;
  /** On the button that begins. */
  verb: string;
  color?: string;
  /** Whether enough is said to begin. */
  ready?: boolean;
  act: (task: ListedTask) => Promise<unknown>;
  /** After all of them. */
  finish?: () => void;
  /** What is asked before. */
  children: ReactNode;
}

/** Asks, does it with each task, and tells how far it is and afterwards what failed and why. */
export function BulkDialog({
  title,
  verb,
  color,
  ready = true,
  tasks,
  act,
  finish,
  onSelect,
  onClose,
  children,
}: BulkDialogProps) {
  const customer = useCustomer();
  const cache = useQueryClient();
  const [outcomes, setOutcomes] = useState<readonly Outcome[]>();
  const [over, setOver] = useState(false);
  const stop = useRef<AbortController>(null);
  const report = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // the button that was pressed is gone: who reads or hears the page goes on here
    if (over) report.current?.focus();
  }, [over]);
  useEffect(() => () => stop.current?.abort(), []);
  const begin = async (event: SyntheticEvent) => {
    event.preventDefault();
    stop.current = new AbortController();
    const told: Outcome[] = [];
    setOutcomes([]);
    await eachOf(tasks, act, {
      signal: stop.current.signal,
      tell: errorMessage,
      onDone: (outcome) => {
        told.push(outcome);
        setOutcomes([...told]);
      },
    });
    finish?.();
    setOver(true);
    for (const changed of CHANGED) void cache.invalidateQueries({ queryKey: [changed, customer] });
  };
  const close = () => (outcomes && !over ? stop.current?.abort() : onClose());
  return (
    <Modal
      opened
      onClose={close}
      title={title}
      size="lg"
      closeOnClickOutside={outcomes === undefined || over}
    >
      {outcomes === undefined ? (
        <form onSubmit={(event) => void begin(event)}>
          <Stack>
            {children}
            <Group justify="flex-end" gap="xs">
              <Button variant="default" onClick={onClose}>
                {t`Cancel`}
              </Button>
              <Button type="submit" disabled={!ready} {...(color !== undefined && { color })}>
                {verb}
              </Button>
            </Group>
          </Stack>
        </form>
      ) : over ? (
        <div ref={report} tabIndex={-1}>
          <Report
            outcomes={outcomes}
            left={tasks.length - outcomes.length}
            onSelect={onSelect}
            onClose={onClose}
          />
        </div>
      ) : (
        <Running done={outcomes.length} all={tasks.length} onStop={() => stop.current?.abort()} />
      )}
    </Modal>
  );
}

function Running({ done, all, onStop }: { done: number; all: number; onStop: () => void }) {
  return (
    <Stack>
      <Text size="sm" role="status">{t`${done} of ${all}`}</Text>
      <Progress value={(done / all) * 100} aria-label={t`How much is done`} />
      <Group justify="flex-end">
        <Button variant="default" onClick={onStop} data-autofocus>
          {t`Stop`}
        </Button>
      </Group>
    </Stack>
  );
}

interface ReportProps extends Pick<BulkProps, 'onSelect' | 'onClose'> {
  outcomes: readonly Outcome[];
  /** Not begun, since it was stopped. */
  left: number;
}

function Report({ outcomes, left, onSelect, onClose }: ReportProps) {
  const problems = byProblem(outcomes);
  const failed = problems.flatMap(([, of]) => of);
  const done = outcomes.length - failed.length;
  const isGood = failed.length === 0 && left === 0;
  return (
    <Stack>
      <Alert
        color={isGood ? 'green' : 'orange'}
        icon={isGood ? <CheckIcon /> : <WarningIcon />}
        role="status"
        title={plural(done, { one: '# task is done', other: '# tasks are done' })}
      >
        {failed.length > 0 && (
          <div>
            {plural(failed.length, {
              one: '# failed: it is as it was.',
              other: '# failed: they are as they were.',
            })}
          </div>
        )}
        {left > 0 && <div>{plural(left, { one: '# was not begun.', other: '# were not begun.' })}</div>}
      </Alert>
      {problems.map(([problem, of]) => (
        <div key={problem}>
          <Text size="sm" fw={500}>
            {problem}
          </Text>
          <Names of={of} />
        </div>
      ))}
      <Group justify="flex-end" gap="xs">
        {failed.length > 0 && (
          <Button
            variant="default"
            onClick={() => {
              onSelect(failed.map(({ id }) => id));
              onClose();
            }}
          >
            {t`Select those that failed`}
          </Button>
        )}
        <Button onClick={onClose}>{t`Close`}</Button>
      </Group>
    </Stack>
  );
}

function Names({ of }: { of: readonly Outcome[] }) {
  const customer = useCustomer();
  const more = of.length - NAMES_MAX;
  return (
    <List size="sm">
      {of.slice(0, NAMES_MAX).map(({ id, name }) => (
        <List.Item key={id}>
          <TextLink to="/$customer/tasks/$taskId" params={{ customer, taskId: id }} size="sm">
            {name}
          </TextLink>
        </List.Item>
      ))}
      {more > 0 && <List.Item>{plural(more, { one: 'and # more', other: 'and # more' })}</List.Item>}
    </List>
  );
}
