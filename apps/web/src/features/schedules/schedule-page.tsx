import { ArgusApiError } from '@argus/client';
import type { Schedule } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Group, Text } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useApi, useCustomer } from '../../api/hooks.ts';
import { labelOf } from '../../ui/argument-form/argument-field.tsx';
import { askedArguments } from '../../ui/argument-form/values.ts';
import { JobTable } from '../../ui/job-table.tsx';
import { ButtonLink, TextLink } from '../../ui/link.tsx';
import { EmptyState, Facts, Loaded, Page, Panel } from '../../ui/page.tsx';
import { scheduleTitle, whenWords } from '../../ui/schedule-words.ts';
import { Ago, Countdown, ZonedTime } from '../../ui/times.tsx';
import { RunTable } from '../workflows/run-table.tsx';
import { Preview } from './preview.tsx';
import { RestoreSchedule, ScheduleActions } from './schedule-actions.tsx';
import { draftOf, previewOf } from './schedule-draft.ts';
import { OwnerLink, useScheduleOwner } from './schedule-owner.tsx';
import { BecauseOf, LastOutcome, PausedBadge } from './schedule-parts.tsx';

const route = getRouteApi('/$customer/schedules/$scheduleId');
const REFRESH_MS = 3_000;
const RECENT = 10;
/** Runs of a workflow among which those of a schedule are looked for. */
const LOOKED_AT = 200;

/** One schedule: when it runs, how it went last, what becomes of runs that do not fit. */
export function SchedulePage() {
  const { scheduleId } = route.useParams();
  return <FoundSchedule id={scheduleId}>{(found) => <ScheduleDetails schedule={found} />}</FoundSchedule>;
}

/** A schedule; one that has had its only run, or was deleted, is gone, which is no error. */
export function FoundSchedule({ id, children }: { id: string; children: (schedule: Schedule) => ReactNode }) {
  const customer = useCustomer();
  const schedule = useApi('getSchedule', { params: { id } }, { refetchInterval: REFRESH_MS });
  const isGone = schedule.error instanceof ArgusApiError && schedule.error.code === 'not_found';
  if (!isGone) return <Loaded query={schedule}>{children}</Loaded>;
  return (
    <Page title={t`Schedule`}>
      <Panel>
        <EmptyState title={t`This schedule is over`}>
          {t`It has had its only run, or somebody deleted it. The jobs that it started are still there.`}
          <Group justify="center" mt="md" gap="xs">
            <RestoreSchedule id={id} />
            <ButtonLink to="/$customer/schedules" params={{ customer }} variant="default">
              {t`All schedules`}
            </ButtonLink>
            <ButtonLink
              to="/$customer/jobs"
              params={{ customer }}
              search={{ origin: 'schedule' }}
              variant="default"
            >
              {t`Jobs from schedules`}
            </ButtonLink>
          </Group>
        </EmptyState>
      </Panel>
    </Page>
  );
}

function ScheduleDetails({ schedule }: { schedule: Schedule }) {
  const customer = useCustomer();
  const isGrace = schedule.kind === 'grace';
  return (
    <Page
      title={scheduleTitle(schedule)}
      parent={
        <>
          <TextLink to="/$customer/schedules" params={{ customer }} size="sm">
            {t`Schedules`}
          </TextLink>{' '}
          · <OwnerLink schedule={schedule} />
        </>
      }
      aside={schedule.paused && <PausedBadge paused={schedule.paused} />}
      actions={<ScheduleActions schedule={schedule} size="sm" />}
    >
      <Panel title={t`When it runs`}>
        <ScheduleFacts schedule={schedule} />
      </Panel>
      {!isGrace && (
        <Panel title={schedule.paused ? t`Next runs, were it not paused` : t`Next runs`}>
          <Preview timing={previewOf(draftOf(schedule), schedule)} />
        </Panel>
      )}
      <GivenArguments schedule={schedule} />
      {!isGrace &&
        (schedule.workflow_id === null ? (
          <ItsJobs schedule={schedule} />
        ) : (
          <ItsRuns schedule={schedule} workflow={schedule.workflow_id} />
        ))}
    </Page>
  );
}

const MISSED: Readonly<Record<Schedule['missed'], string>> = {
  once: t`one run for all of them`,
  skip: t`no run`,
  catch_up: t`a run for each of the last`,
};
const OVERLAP: Readonly<Record<Schedule['overlap'], string>> = {
  skip: t`the next one passes`,
  queue: t`another one starts as well`,
  cancel: t`it is stopped, and another one starts`,
};
const MISSING: Readonly<Record<Schedule['missing_hour'], string>> = {
  shift: t`runs after the jump`,
  skip: t`left out`,
};
const REPEATED: Readonly<Record<Schedule['repeated_hour'], string>> = {
  first: t`runs the first time`,
  last: t`runs the second time`,
  both: t`runs both times`,
};

function ScheduleFacts({ schedule }: { schedule: Schedule }) {
  const { kind, repeatEvery, timezone, nextRunAt, runDate, paused, last, cause, created_by } = schedule;
  const again = kind === 'cron' || kind === 'interval';
  return (
    <Facts
      facts={[
        [t`When`, cause ? <BecauseOf key="when" schedule={schedule} /> : whenWords(schedule)],
        ...(kind === 'cron' ? ([[t`Cron pattern`, <code key="cron">{repeatEvery}</code>]] as const) : []),
        ...(kind === 'grace' ? [] : ([[t`Time zone`, timezone]] as const)),
        ...(runDate !== null && kind !== 'grace'
          ? ([
              [again ? t`First run` : t`Date`, <ZonedTime key="date" at={runDate} timezone={timezone} />],
            ] as const)
          : []),
        [
          t`Next run`,
          paused ? (
            <>
              {pausedText(paused.by)} <Ago at={paused.at} />
            </>
          ) : nextRunAt === null ? (
            t`none`
          ) : (
            <Countdown key="next" to={nextRunAt} />
          ),
        ],
        ...(kind === 'grace'
          ? []
          : ([
              [t`Last run`, <LastOutcome key="last" last={last} workflow_id={schedule.workflow_id} />],
            ] as const)),
        ...(kind === 'cron'
          ? ([
              [t`Hour that is missing`, MISSING[schedule.missing_hour]],
              [t`Hour that comes twice`, REPEATED[schedule.repeated_hour]],
            ] as const)
          : []),
        ...(again
          ? ([
              [
                t`Missed runs`,
                `${MISSED[schedule.missed]}${schedule.missed === 'catch_up' ? ` ${schedule.catch_up_limit}` : ''}`,
              ],
              [t`Its last run has not ended`, OVERLAP[schedule.overlap]],
            ] as const)
          : []),
        [kind === 'grace' ? t`Started by` : t`Made by`, created_by],
      ]}
    />
  );
}

const pausedText = (who: string) => t`paused by ${who}`;

function ItsJobs({ schedule }: { schedule: Schedule }) {
  const jobs = useApi(
    'listJobs',
    { query: { where: { schedule_id: schedule.id }, limit: RECENT } },
    { refetchInterval: REFRESH_MS },
  );
  return (
    <Panel title={t`Recent runs`}>
      <Loaded query={jobs} height={120}>
        {(list) =>
          list.length > 0 ? (
            <JobTable jobs={list} of="task" />
          ) : (
            <Text size="sm" c="dimmed">
              {t`It has not run yet.`}
            </Text>
          )
        }
      </Loaded>
    </Panel>
  );
}

/** Those of the workflow's last runs that this schedule started. */
function ItsRuns({ schedule: { id }, workflow }: { schedule: Schedule; workflow: string }) {
  const runs = useApi(
    'listWorkflowRuns',
    { params: { id: workflow }, query: { limit: LOOKED_AT } },
    { refetchInterval: REFRESH_MS },
  );
  return (
    <Panel title={t`Recent runs`}>
      <Loaded query={runs} height={120}>
        {(list) => {
          const own = list.filter(({ cause }) => cause?.type === 'schedule' && cause.schedule_id === id);
          return own.length > 0 ? (
            <RunTable runs={own.slice(0, RECENT)} />
          ) : (
            <Text size="sm" c="dimmed">
              {t`It has not run lately.`}
            </Text>
          );
        }}
      </Loaded>
    </Panel>
  );
}

/** The values that each of its runs gets. */
function GivenArguments({ schedule }: { schedule: Schedule }) {
  const owner = useScheduleOwner(schedule);
  const asked = askedArguments(owner.data?.task_arguments ?? []);
  const given = schedule.task_arguments;
  if (given === null || asked.length === 0) return null;
  const text = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));
  return (
    <Panel title={t`Arguments`}>
      <Facts
        facts={asked.map((definition) => {
          const value = given[definition.order] ?? null;
          return [
            labelOf(definition),
            definition.masked ? (
              '•••'
            ) : value === null ? (
              <Text key="none" span size="sm" c="dimmed">
                {t`left out`}
              </Text>
            ) : (
              text(value)
            ),
          ] as const;
        })}
      />
    </Panel>
  );
}
