import type { Cause, Decision, Lifecycle, Pending, State, TaskType } from '@argus/contract';
import type { Database } from '../../platform/database.ts';
import { waitingReason, type Causes, type NewPending, type StoredArgument } from '../jobs/index.ts';
import type { StoredDefinition } from '../tasks/index.ts';

/** What a job waits, or waited, for people to do. */
export interface PendingRow {
  job_id: string;
  customer_id: string;
  customer_name: string;
  kind: NewPending['kind'];
  people: NewPending['people'];
  needed: number;
  settings: NewPending['settings'];
  deadline: Date | null;
  over: boolean;
  /** When its people are to be told, as PostgreSQL writes it: another one where others are asked. */
  tell_at: string;
  created_at: Date;
  task_id: string;
  type: TaskType;
  name: string;
  lifecycle: Lifecycle;
  cause: Cause | null;
  started_by: string;
  user_id: string | null;
  acls: string[];
  pool: string | null;
  host_id: string | null;
  arguments: StoredArgument[];
  definitions: StoredDefinition[];
  decisions: Pending['decisions'];
}

/** How a job that waited for people ends. */
export interface PendingEnd {
  lifecycle: 'finished' | 'terminated';
  state: State;
  reason_code: string;
  reason: string;
  output: string[];
}

export interface NewDecision {
  job_id: string;
  user_id: string;
  email: string;
  decision: Decision | 'input';
  reason: string;
  via: 'page' | 'api' | 'link';
  address: string;
}

const ROW = `
  select p.job_id, p.customer_id, c.name as customer_name, p.kind, p.people, p.needed, p.settings, p.deadline, p.over, p.tell_at::text as tell_at, p.created_at,
    j.task_id, j.type, j.name, j.lifecycle, j.cause, j.started_by, j.user_id, j.acls, j.pool, j.host_id, j.arguments, v.task_arguments as definitions,
    coalesce((
      select jsonb_agg(jsonb_build_object('user_id', d.user_id, 'email', d.email, 'decision', d.decision, 'reason', d.reason, 'via', d.via, 'at', d.at) order by d.at, d.user_id)
      from decisions d where d.job_id = p.job_id
    ), '[]') as decisions
  from pending p
  join jobs j on j.id = p.job_id
  join customers c on c.id = p.customer_id
  join task_versions v on v.task_id = j.task_id and v.version = j.task_version`;

const STARTERS = `
  with recursive led as (
    select 'job' as kind, id, user_id, cause from jobs where id = any($1)
    union all select 'run', id, user_id, cause from workflow_runs where id = any($2)
    union
    select n.kind, n.id, n.user_id, n.cause from led cross join lateral (
      select 'job' as kind, id, user_id, cause from jobs where id = led.cause ->> 'job_id'
      union all select 'run', id, user_id, cause from workflow_runs where id = led.cause ->> 'run_id'
    ) n
  )
  select distinct user_id from led where user_id is not null`;

const END = `
  update jobs set lifecycle = $2, state = $3, reason_code = $4, reason = $5, output = $6::jsonb, finished_at = now()
  where id = $1 and lifecycle = 'onhold' returning id`;

export function pendingQueries(db: Database) {
  return {
    find: async (jobId: string): Promise<PendingRow | undefined> =>
      (await db.query<PendingRow>('find_pending', `${ROW} where p.job_id = $1`, [jobId]))[0],

    /** What is open in an organization, oldest first; of one person alone where named. */
    list: (customerId: string, userId: string | null) =>
      db.query<PendingRow>(
        'list_pending',
        `${ROW} where p.customer_id = $1 and not p.over and j.lifecycle = 'onhold'
           and ($2::text is null or p.people @> jsonb_build_array(jsonb_build_object('user_id', $2::text)))
         order by p.job_id limit 1000`,
        [customerId, userId],
      ),

    /** What a person did before, or others in this moment, is known to `decide`: they come one after the other. */
    inTurn: <T>(
      jobId: string,
      decide: (
        row: PendingRow | undefined,
        tx: {
          note(decision: NewDecision): Promise<boolean>;
          end(end: PendingEnd): Promise<unknown>;
          go(given: readonly StoredArgument[]): Promise<unknown>;
          keep(given: readonly StoredArgument[]): Promise<unknown>;
          ask(asked: Pick<NewPending, 'kind' | 'people'>): Promise<unknown>;
        },
      ) => Promise<T>,
    ): Promise<T> =>
      db.hotTransaction(async (query) => {
        await query('lock_pending_job', 'select 1 from jobs where id = $1 for update', [jobId]);
        const [row] = await query<PendingRow>('find_pending', `${ROW} where p.job_id = $1`, [jobId]);
        return decide(row, {
          /** False where the person has decided before. */
          async note({ job_id, user_id, email, decision, reason, via, address }) {
            const rows = await query(
              'note_decision',
              `insert into decisions (job_id, user_id, email, decision, reason, via, address) values ($1, $2, $3, $4, $5, $6, $7)
               on conflict do nothing returning job_id`,
              [job_id, user_id, email, decision, reason, via, address],
            );
            return rows.length > 0;
          },
          end: (end) => query('end_pending', END, endValues(jobId, end)),
          /** Lets a job go with the arguments that it waited for. */
          go: (given) =>
            query(
              'go_with_input',
              `update jobs set lifecycle = 'ready', reason_code = null, reason = null, arguments = $2::jsonb where id = $1 and lifecycle = 'onhold' returning id`,
              [jobId, JSON.stringify(given)],
            ),
          /** Others are asked: who is new among them is told, and sees the job. */
          ask: async ({ kind, people }) => {
            await query(
              'ask_others',
              'update pending set people = $2::jsonb, told_at = null, tell_at = now() where job_id = $1',
              [jobId, JSON.stringify(people)],
            );
            await query(
              'let_others_see',
              `update jobs set acls = acls || array(select e from unnest($2::text[]) e where e <> all(acls)), reason = $3
               where id = $1 and lifecycle = 'onhold'`,
              [jobId, people.map(({ email }) => email), waitingReason({ kind, people })],
            );
          },
          keep: (given) =>
            query(
              'keep_input',
              `update jobs set arguments = $2::jsonb where id = $1 and lifecycle = 'onhold'`,
              [jobId, JSON.stringify(given)],
            ),
        });
      }),

    /** Those whose time is over. */
    overdue: () =>
      db.query<PendingRow>(
        'overdue_pending',
        `${ROW} where not p.over and p.deadline <= now() and j.lifecycle = 'onhold' order by p.deadline limit 200`,
        [],
      ),

    /** False where somebody decided in this moment. */
    end: async (jobId: string, end: PendingEnd): Promise<boolean> =>
      (await db.query('end_overdue', END, endValues(jobId, end))).length > 0,

    /** Those whose people are to be told. */
    untold: (seconds: number) =>
      db.query<PendingRow>(
        'untold_pending',
        `${ROW} where p.told_at is null and not p.over and p.tell_at <= now() - make_interval(secs => $1) order by p.tell_at limit 50`,
        [seconds],
      ),

    /** Those whose people were told; where others were asked meanwhile, these are still to be told. */
    told: (rows: readonly Pick<PendingRow, 'job_id' | 'tell_at'>[]) =>
      db.query(
        'told_pending',
        `update pending p set told_at = now() from unnest($1::text[], $2::text[]) as t(job_id, tell_at)
         where p.job_id = t.job_id and p.tell_at = t.tell_at::timestamptz`,
        [rows.map(({ job_id }) => job_id), rows.map(({ tell_at }) => tell_at)],
      ),

    tellLater: (jobIds: readonly string[]) =>
      db.query(
        'tell_pending_later',
        `update pending set tell_at = now() + interval '1 minute' where job_id = any($1)`,
        [jobIds],
      ),

    /** The users who started jobs and runs, or what these were triggered by, however far back. */
    startersOf: async ({ jobs, runs }: Causes): Promise<string[]> => {
      const rows = await db.query<{ user_id: string }>('starters_of', STARTERS, [jobs, runs]);
      return rows.map(({ user_id }) => user_id);
    },

    /** What jobs said of the ones after them. */
    nextOf: async (jobIds: readonly string[]): Promise<unknown[]> => {
      const rows = await db.query<{ next: unknown }>(
        'next_of_jobs',
        'select next from jobs where id = any($1) and next is not null',
        [jobIds],
      );
      return rows.map(({ next }) => next);
    },
  };
}

export type PendingQueries = ReturnType<typeof pendingQueries>;

function endValues(jobId: string, { lifecycle, state, reason_code, reason, output }: PendingEnd): unknown[] {
  return [jobId, lifecycle, state, reason_code, reason, JSON.stringify(output)];
}
