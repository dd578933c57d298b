import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { isEnded, type Job } from '@argus/contract';
import type { Call } from './callers.ts';
import { readWitness, type JobHistory, type Sight } from './history.ts';
import { processesOf } from './inject.ts';
import type { Stage } from './stage.ts';
import { ofValues, TASKS } from './workload.ts';

const LOOK_EVERY_MS = 150;
/** Questions at once. */
const EYES = 4;

/** Looks at jobs through the API until they have ended, and notes when it first said so. */
export interface Observer {
  watch(id: string): void;
  /** Whether all that is watched was seen ended. */
  readonly allEnded: boolean;
  /** Resolves when it has stopped looking. */
  stop(): Promise<void>;
  ends: ReadonlyMap<string, { at: number; sight: Sight }>;
}

export function observe(stage: Stage): Observer {
  const pending = new Set<string>();
  const ends = new Map<string, { at: number; sight: Sight }>();
  let isOver = false;

  async function look(id: string): Promise<void> {
    const job = await stage.ask((client) => client.getJob({ params: { id } }));
    if (job === undefined || !isEnded(job.lifecycle)) return;
    // a millisecond that has begun is not over
    ends.set(id, { at: Date.now() + 1, sight: sightOf(job) });
    pending.delete(id);
  }

  async function looking(): Promise<void> {
    while (!isOver) {
      const ids = [...pending];
      await Promise.all(
        Array.from({ length: EYES }, async () => {
          for (let id = ids.shift(); id !== undefined && !isOver; id = ids.shift()) await look(id);
        }),
      );
      await pause(LOOK_EVERY_MS);
    }
  }

  const done = looking();
  return {
    watch(id) {
      if (!ends.has(id)) pending.add(id);
    },
    get allEnded() {
      return pending.size === 0;
    },
    async stop() {
      isOver = true;
      await done;
    },
    ends,
  };
}

function sightOf({ lifecycle, state, reason_code, reason, exit_code, attempt }: Job): Sight {
  return { lifecycle, state, reason_code, reason, exit_code, attempt };
}

/** The jobs that scripts told of. */
export async function witnessed(stage: Stage): Promise<string[]> {
  return readdir(stage.witness);
}

/** All that is known of jobs, once they have ended: those of the calls, and those that only their script told of. */
export async function historiesOf(
  stage: Stage,
  calls: readonly Call[],
  ends: Observer['ends'],
): Promise<JobHistory[]> {
  const byJob = new Map(calls.flatMap((call) => (call.job === undefined ? [] : [[call.job, call] as const])));
  const ids = [...new Set([...byJob.keys(), ...(await witnessed(stage))])];
  const processes = await processesOf(stage.home);
  const histories: JobHistory[] = [];
  for (const id of ids) {
    const job = await stage.ask((client) => client.getJob({ params: { id } }).catch(notFound));
    if (job === undefined) throw new Error('no supervisor answers after all faults are over');
    const call = byJob.get(id);
    const file = join(stage.witness, id);
    const values = job === null ? undefined : ofValues(job.task_arguments_values);
    const name = call?.spec.task ?? job?.task.name;
    const task = TASKS.find((one) => one.name === name);
    if (task === undefined) throw new Error(`job ${id} is of no task of ours: ${name}`);
    histories.push({
      id,
      task,
      spec: { lines: call?.spec.lines ?? values?.lines ?? 0 },
      call: values?.call ?? call?.call ?? id,
      isAcknowledged: call !== undefined,
      cancel: call?.cancel ?? 'none',
      last: job && sightOf(job),
      firstEnd: ends.get(id) ?? null,
      attempts: job === null ? [] : await attemptsOf(stage, id),
      witness: existsSync(file) ? readWitness(await readFile(file, 'utf8')) : [],
      alive: processes
        .filter(({ attempt }) => attempt?.startsWith(`${id}.`))
        .map(({ pid, command }) => `${pid} ${command}`),
      followed: call?.followed ?? null,
    });
  }
  return histories;
}

async function attemptsOf(stage: Stage, id: string): Promise<JobHistory['attempts']> {
  const attempts = (await stage.ask((client) => client.listAttempts({ params: { id } }))) ?? [];
  const seen: JobHistory['attempts'] = [];
  for (const { attempt, hostname, outcome } of attempts) {
    const log = await stage.ask(async (client) =>
      (await client.getJobLog({ params: { id }, query: { attempt } })).text(),
    );
    seen.push({ attempt, bot: hostname, outcome, log: log ?? '' });
  }
  return seen;
}

function notFound(error: unknown): null {
  if ((error as { statusCode?: number }).statusCode === 404) return null;
  throw error;
}
