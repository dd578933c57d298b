import type { Schedule } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Table, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useCustomer } from '../../api/hooks.ts';
import { useMay } from '../../api/session.ts';
import { TextLink } from '../../ui/link.tsx';
import { cronWords, scheduleTitle, whenWords } from '../../ui/schedule-words.ts';
import { ZonedTime } from '../../ui/times.tsx';
import unseen from '../../ui/unseen.module.css';
import { ScheduleActions } from './schedule-actions.tsx';
import { OwnerLink } from './schedule-owner.tsx';
import { BecauseOf, LastOutcome, NextRun, PausedBadge } from './schedule-parts.tsx';
import classes from './schedules.module.css';

/** Schedules and triggered runs that wait, one a line. */
export function ScheduleTable({
  schedules,
  showTask,
}: {
  schedules: readonly Schedule[];
  showTask: boolean;
}) {
  const acts = useMay('user');
  return (
    <Table className={classes.table}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{showTask ? t`What and schedule` : t`Schedule`}</Table.Th>
          <Table.Th>{t`When`}</Table.Th>
          <Table.Th>{t`Next run`}</Table.Th>
          <Table.Th className={classes.last}>{t`Last run`}</Table.Th>
          {acts && (
            <Table.Th className={classes.actions}>
              <span className={unseen.text}>{t`Actions`}</span>
            </Table.Th>
          )}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {schedules.map((schedule) => (
          <ScheduleRow key={schedule.id} schedule={schedule} showTask={showTask} acts={acts} />
        ))}
      </Table.Tbody>
    </Table>
  );
}

interface ScheduleRowProps {
  schedule: Schedule;
  showTask: boolean;
  acts: boolean;
}

function ScheduleRow({ schedule, showTask, acts }: ScheduleRowProps) {
  const { kind, paused } = schedule;
  const named = schedule.name.trim() !== '';
  return (
    <Table.Tr data-kind={kind}>
      <Table.Td className={classes.name}>
        {showTask && (
          <div>
            <OwnerLink schedule={schedule} fw={500} />
            {schedule.workflow_id !== null && (
              <Text span size="xs" c="dimmed">
                {' '}
                {t`workflow`}
              </Text>
            )}
          </div>
        )}
        {named || kind === 'grace' ? (
          <ScheduleLink schedule={schedule}>{scheduleTitle(schedule)}</ScheduleLink>
        ) : (
          !showTask && (
            <Text span size="sm" c="dimmed" visibleFrom="sm">
              {t`no name`}
            </Text>
          )
        )}{' '}
        {paused && <PausedBadge paused={paused} />}
      </Table.Td>
      {kind === 'grace' ? (
        <Table.Td colSpan={3} className={classes.whole}>
          <NextRun schedule={schedule} /> <BecauseOf schedule={schedule} />
        </Table.Td>
      ) : (
        <>
          <Table.Td>
            <span className={classes.label}>{t`When`}</span>
            <When schedule={schedule} />
          </Table.Td>
          <Table.Td className={classes.next}>
            <span className={classes.label}>{t`Next run`}</span>
            <NextRun schedule={schedule} />
          </Table.Td>
          <Table.Td>
            <span className={classes.label}>{t`Last run`}</span>
            <LastOutcome last={schedule.last} workflow_id={schedule.workflow_id} />
          </Table.Td>
        </>
      )}
      {acts && (
        <Table.Td className={classes.actions}>
          <ScheduleActions schedule={schedule} />
        </Table.Td>
      )}
    </Table.Tr>
  );
}

/** When it runs, in words where that is easy, and on whose clocks. */
function When({ schedule }: { schedule: Schedule }) {
  const { kind, repeatEvery, timezone, name, paused, runDate } = schedule;
  // one that is not paused shows it as its next run
  const date = kind === 'date' && paused ? runDate : null;
  const isCron = kind === 'cron' && cronWords(repeatEvery ?? '') !== undefined;
  return (
    <>
      {name.trim() === '' ? (
        <ScheduleLink schedule={schedule}>{whenWords(schedule)}</ScheduleLink>
      ) : (
        <Text size="sm">{whenWords(schedule)}</Text>
      )}
      <Text size="xs" c="dimmed">
        {isCron && <code>{repeatEvery}</code>}
        {isCron && ' · '}
        {date === null ? kind !== 'interval' && timezone : <ZonedTime at={date} timezone={timezone} />}
      </Text>
    </>
  );
}

function ScheduleLink({ schedule: { id }, children }: { schedule: Schedule; children: ReactNode }) {
  const customer = useCustomer();
  return (
    <TextLink to="/$customer/schedules/$scheduleId" params={{ customer, scheduleId: id }} size="sm">
      {children}
    </TextLink>
  );
}
