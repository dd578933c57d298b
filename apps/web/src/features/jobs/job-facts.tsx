import { plural, t } from '@lingui/core/macro';
import type { Job, JobSummary } from '@argus/contract';
import type { ReactNode } from 'react';
import { useApi, useCustomer } from '../../api/hooks.ts';
import { formatBytes } from '../../ui/format.ts';
import { startedBy } from '../../ui/job-table.tsx';
import { LIFECYCLE_LABELS } from '../../ui/job-words.ts';
import { TextLink } from '../../ui/link.tsx';
import { Facts } from '../../ui/page.tsx';
import { hasBot, isForPeople, wordsOf } from '../../ui/task-types.tsx';
import { Ago } from '../../ui/times.tsx';
import { LIMIT_LABELS, usageText } from './usage-words.ts';

const REPEATS_SHOWN = 5;

/** What else there is to know about a job, and the jobs that it belongs to. */
export function JobFacts({ job }: { job: Job }) {
  const customer = useCustomer();
  const repeats = useRepeats(job);
  const runsScript = hasBot(job.task.type);
  return (
    <Facts
      facts={[
        [t`Started by`, startedBy(job)],
        ...(job.repeat_of === null
          ? []
          : [
              [
                t`Repeats`,
                <JobLink key="of" id={job.repeat_of}>
                  {jobName(job.repeat_of)}
                </JobLink>,
              ] as const,
            ]),
        ...(repeats.length === 0 ? [] : [[t`Repeated by`, <Repeats key="by" jobs={repeats} />] as const]),
        [t`Lifecycle`, LIFECYCLE_LABELS[job.lifecycle]],
        ...(runsScript ? scriptFacts(job, customer) : otherFacts(job)),
        ...(job.exit_code === null ? [] : [[t`Exit code`, job.exit_code] as const]),
        ...(job.signal === null ? [] : [[t`Signal`, job.signal] as const]),
        ...(job.event_name === null ? [] : [[t`Event`, job.event_name] as const]),
        ...(isForPeople(job.task.type) ? [] : attemptFacts(job)),
        [t`Job id`, job.id],
      ]}
    />
  );
}

type Fact = readonly [name: string, value: ReactNode];

function scriptFacts(job: Job, customer: string): Fact[] {
  return [
    [t`Bot`, job.hostname ?? (job.host_labels.length > 0 ? t`none yet` : t`not assigned`)],
    ...(job.host_labels.length === 0 ? [] : [[t`Labels`, job.host_labels.join(', ')] as const]),
    [
      t`Script (sha256)`,
      job.script_id === null ? (
        t`gone`
      ) : (
        <TextLink
          key="script"
          to="/$customer/scripts/$scriptId"
          params={{ customer, scriptId: job.script_id }}
          size="sm"
          title={job.script_sha256 ?? undefined}
        >
          {job.script_sha256?.slice(0, 12)}
        </TextLink>
      ),
    ],
  ];
}

function otherFacts({ task, hostname }: Job): Fact[] {
  return [
    [t`Type`, wordsOf(task.type).label],
    ...(isForPeople(task.type) ? [] : [[t`Done by`, hostname ?? t`the server`] as const]),
  ];
}

function attemptFacts(job: Job): Fact[] {
  const used = usageText(job.usage);
  return [
    [t`Priority`, job.priority],
    [t`Timeout`, `${job.timeout} s`],
    [t`Attempt`, job.attempt === 0 ? t`none yet` : job.attempt],
    ...(used === undefined ? [] : [[t`Used`, used] as const]),
    ...(job.limit_hit === null ? [] : [[t`Ran into`, LIMIT_LABELS[job.limit_hit]] as const]),
    [t`Log`, logText(job)],
  ];
}

function logText({ log_lines, log_bytes }: Job): string {
  const lines = plural(log_lines, { one: '# line', other: '# lines' });
  return `${lines}, ${formatBytes(log_bytes)}`;
}

function jobName(id: string): string {
  const end = id.slice(-6);
  return t`job …${end}`;
}

/** The jobs that repeat one. They are younger, and of the same task: that is how they are found quickly. */
function useRepeats({ id, task_id }: Job): readonly JobSummary[] {
  const where = { task_id, repeat_of: id, id: { $gt: id } };
  return useApi('listJobs', { query: { where, limit: REPEATS_SHOWN } }).data ?? [];
}

function Repeats({ jobs }: { jobs: readonly JobSummary[] }) {
  return jobs.map(({ id, creation_date }, index) => (
    <span key={id}>
      {index > 0 && ', '}
      <JobLink id={id}>
        {jobName(id)} (<Ago at={creation_date} />)
      </JobLink>
    </span>
  ));
}

function JobLink({ id, children }: { id: string; children: ReactNode }) {
  const customer = useCustomer();
  return (
    <TextLink to="/$customer/jobs/$jobId" params={{ customer, jobId: id }} size="sm">
      {children}
    </TextLink>
  );
}
