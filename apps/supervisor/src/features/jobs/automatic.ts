import { ArgusError, CHAIN_MAX, type ArgumentDefinition, type Cause, type Origin } from '@argus/contract';
import { isDatabaseDown } from '../../platform/database.ts';
import { Outdated } from '../../platform/http/operations.ts';
import { newId } from '../../platform/ids.ts';
import type { Platform } from '../../platform/platform.ts';
import { openDefinitions, type TaskQueries, type TaskRow } from '../tasks/index.ts';
import type { Runner, StepOfRun } from './run.ts';
import { refuseStart } from './statements/refused.ts';

/** A start that no person asked for. */
export interface AutomaticStart {
  /** Used once ever: whoever comes again with it starts nothing. */
  once: string;
  origin: Origin;
  /** Who that is, for people. */
  startedBy: string;
  cause: Cause;
  /** Automatic starts in a row, with this one. */
  depth: number;
  scheduleId?: string;
  /** The step of a workflow's run that it is. */
  step?: StepOfRun;
  /** The person on whose behalf it is. */
  userId?: string | null;
  /** The values, as a caller gives them. */
  values(definitions: readonly ArgumentDefinition[]): readonly unknown[];
}

/**
 * `started`: a job was made. `refused`: it cannot run, and a job that has ended says why. `again`: this was done before.
 * `gone`: there is no such task any more.
 */
export type AutomaticOutcome =
  | { kind: 'started'; job: string }
  | { kind: 'refused'; job: string; reason: string }
  | { kind: 'again' }
  | { kind: 'gone' };

export type StartAutomatically = (taskId: string, start: AutomaticStart) => Promise<AutomaticOutcome>;

/** Throws where the database is away: the same start can be made again. */
export function automaticStarter(
  { db, box, bus, log, metrics }: Pick<Platform, 'db' | 'box' | 'bus' | 'log' | 'metrics'>,
  tasks: Pick<TaskQueries, 'find' | 'recall'>,
  run: Runner,
): StartAutomatically {
  async function make(task: TaskRow, start: AutomaticStart, epoch: number | null): Promise<string> {
    const { once, cause, depth, scheduleId = null, origin, startedBy, step, userId = null } = start;
    const given = start.values(openDefinitions(box, task.task_arguments));
    const { id } = await run(
      task,
      { given, epoch, automatic: { once, cause, depth, scheduleId, step } },
      { origin, userId, name: startedBy, address: '' },
    );
    return id;
  }

  async function refuse(taskId: string, start: AutomaticStart, reason: string): Promise<AutomaticOutcome> {
    const { once, cause, depth, scheduleId = null, origin, startedBy, step = null } = start;
    const job = newId();
    const isNew = await refuseStart(db, {
      id: job,
      once,
      task_id: taskId,
      origin,
      started_by: startedBy,
      reason,
      cause,
      depth,
      schedule_id: scheduleId,
      step,
    });
    if (!isNew) return { kind: 'again' };
    metrics.jobsCreated.inc({ origin });
    metrics.jobsEnded.inc({ state: 'error' });
    bus.publish(`job:${job}`);
    return { kind: 'refused', job, reason };
  }

  return async (taskId, start) => {
    if (start.depth > CHAIN_MAX)
      return refuse(
        taskId,
        start,
        `it would be the ${CHAIN_MAX + 1}st automatic start in a row: that is taken for a loop`,
      );
    try {
      const recalled = tasks.recall(taskId);
      if (recalled !== undefined) {
        try {
          return { kind: 'started', job: await make(recalled, start, recalled.epoch) };
        } catch (error) {
          // what was remembered may be old: only what the database says now counts
          if (!(error instanceof Outdated || error instanceof ArgusError)) throw error;
        }
      }
      const task = await tasks.find(taskId);
      if (task === undefined) return { kind: 'gone' };
      return { kind: 'started', job: await make(task, start, null) };
    } catch (error) {
      if (error instanceof Outdated) return { kind: 'again' };
      if (isDatabaseDown(error)) throw error;
      if (error instanceof ArgusError) return refuse(taskId, start, `it could not start: ${error.message}`);
      log.error({ err: error, task: taskId, once: start.once }, 'an automatic start failed');
      return refuse(
        taskId,
        start,
        'it could not start: something went wrong in the supervisor, whose log says what',
      );
    }
  };
}
