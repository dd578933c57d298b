import { argumentsByPosition, mapArguments, type ArgumentDefinition } from '@argus/contract';
import { startChore, startSharedChore } from '../../platform/chore.ts';
import { isDatabaseDown } from '../../platform/database.ts';
import type { Platform } from '../../platform/platform.ts';
import { step } from '../../platform/step.ts';
import type { AutomaticStart, StartAutomatically } from '../jobs/index.ts';
import type { WaitOut } from '../schedules/index.ts';
import { emissionQueries, type Emission } from './queries.ts';

/** What nobody called out, or another supervisor left undone, is found by a look. */
const LOOK_MS = 1000;
const LEFT_UNDONE_S = 1;
const FORGET_MS = 3_600_000;

export interface Reactor extends AsyncDisposable {
  /** A job ended: something may be to be started. */
  kick(): void;
}

export interface ReactorParts {
  start: StartAutomatically;
  /** Puts a start off for the grace time of its task. */
  waitOut: WaitOut;
}

/**
 * Starts what listens to what happened. Each emission is deleted when all that it starts is there, and each start has a
 * key of its own: whoever dies in between is followed by another, and nothing is started twice.
 */
export function createReactor(
  { db, log }: Pick<Platform, 'db' | 'log'>,
  { start, waitOut }: ReactorParts,
): Reactor {
  const queries = emissionQueries(db);
  let running: Promise<void> | undefined;
  let kicked = false;
  let closed = false;

  async function react(minAgeS: number): Promise<void> {
    for (;;) {
      const emissions = await queries.pending(minAgeS);
      if (emissions.length === 0) return;
      step('emissions.read');
      const done: number[] = [];
      const failed: number[] = [];
      await Promise.all(
        emissions.map(async (emission) => {
          try {
            await carryOut(emission);
            done.push(emission.id);
          } catch (error) {
            if (isDatabaseDown(error)) throw error;
            failed.push(emission.id);
            log.error(
              { err: error, emission: emission.id },
              'could not start what was triggered: it is tried again',
            );
          }
        }),
      );
      step('emissions.carried-out');
      if (done.length > 0) await queries.done(done);
      if (failed.length > 0) await queries.putOff(failed);
    }
  }

  async function carryOut(emission: Emission): Promise<void> {
    await Promise.all(
      emission.listeners.map(({ task_id, grace_time, mapping }) => {
        const values = (definitions: readonly ArgumentDefinition[]) =>
          mapping === null
            ? argumentsByPosition(definitions, emission.output)
            : mapArguments(definitions, mapping, sourceOf(emission));
        const automatic: AutomaticStart = {
          once: `e${emission.id}:${task_id}`,
          origin: 'trigger',
          startedBy: `${emission.emitter_name}: ${emission.name}`,
          cause: {
            type: 'trigger',
            event: emission.name,
            event_id: emission.event_id,
            emitter_type: 'task',
            emitter_id: emission.emitter_id,
            emitter_name: emission.emitter_name,
            job_id: emission.job_id,
          },
          depth: emission.depth + 1,
          values,
        };
        return grace_time > 0 ? waitOut(task_id, grace_time, automatic) : start(task_id, automatic);
      }),
    );
  }

  /** One at a time: what comes meanwhile is in the next look. */
  function run(minAgeS: number): void {
    if (running !== undefined || closed) {
      kicked ||= minAgeS === 0;
      return;
    }
    kicked = false;
    running = react(minAgeS)
      .catch((error: unknown) => {
        if (!isDatabaseDown(error)) log.warn({ err: error }, 'could not look for what was triggered');
      })
      .finally(() => {
        running = undefined;
        if (kicked) run(0);
      });
  }

  const look = startChore(log, {
    everyMs: LOOK_MS,
    run: async () => run(LEFT_UNDONE_S),
    failed: 'could not look for what was triggered',
  });
  const forgetting = startSharedChore(
    { db, log },
    {
      name: 'old firings',
      everyMs: FORGET_MS,
      run: queries.forgetFirings,
      failed: 'could not forget old firings',
    },
  );
  return {
    kick: () => run(0),
    async [Symbol.asyncDispose]() {
      closed = true;
      look[Symbol.dispose]();
      forgetting[Symbol.dispose]();
      await running;
    },
  };
}

/** What a mapping can name. */
function sourceOf({ output, name, emitter_id, emitter_name, job_id }: Emission): Record<string, unknown> {
  return { output, event: name, emitter: { id: emitter_id, name: emitter_name }, job_id };
}
