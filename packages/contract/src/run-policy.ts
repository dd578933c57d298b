import { Type, type Static } from 'typebox';
import type { RunLimits } from './bot-protocol.ts';
import { DELAY_MAX_S, RETRIES_MAX, RETRY_CAUSES } from './retry-values.ts';
import { Closed, OneOf, OrNull } from './schema.ts';

export const Retries = Closed({
  limit: Type.Integer({ minimum: 1, maximum: RETRIES_MAX, description: 'Attempts after the first one.' }),
  on: Type.Optional(
    Type.Array(OneOf(RETRY_CAUSES), {
      minItems: 1,
      maxItems: 3,
      uniqueItems: true,
      description:
        'How an attempt must have gone; all three if left out. A stop by a person is never retried.',
    }),
  ),
  delay: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: DELAY_MAX_S,
      description: 'Seconds before the next attempt; 10 if left out.',
    }),
  ),
  backoff: Type.Optional(
    OneOf(
      ['fixed', 'exponential'],
      '`exponential` doubles the delay each time, and takes between half and all of it by chance; `fixed` if left out.',
    ),
  ),
  max_delay: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: DELAY_MAX_S,
      description: 'Seconds that a delay grows to; 3,600 if left out.',
    }),
  ),
});
export type Retries = Static<typeof Retries>;

const MIB = 1024 * 1024;
export const TaskLimits = Closed({
  memory_mb: Type.Optional(
    OrNull(Type.Integer({ minimum: 4, maximum: 16 * MIB, description: 'Memory of the process tree, MiB.' })),
  ),
  cpu_seconds: Type.Optional(
    OrNull(
      Type.Integer({ minimum: 1, maximum: 31_536_000, description: 'Processor time of the process tree.' }),
    ),
  ),
  processes: Type.Optional(
    OrNull(Type.Integer({ minimum: 1, maximum: 1_000_000, description: 'Processes and threads at once.' })),
  ),
  output_mb: Type.Optional(
    OrNull(
      Type.Integer({
        minimum: 1,
        maximum: MIB,
        description: 'Log that is kept of an attempt, MiB; 1,024 if left out.',
      }),
    ),
  ),
});
export type TaskLimits = Static<typeof TaskLimits>;

export const ON_LOST = ['stop', 'keep'] as const;

/** How attempts of a task are handed out, limited and repeated. What is left out has its default. */
export interface RunPolicy {
  /** Seconds without a word from the bot. */
  lost_after?: number;
  on_lost?: (typeof ON_LOST)[number];
  retries?: Retries;
  /** Seconds that a job waits at most. */
  expires_after?: number;
  limits?: TaskLimits;
  /** Seconds between TERM and KILL. */
  kill_grace?: number;
}

/** The limits of a task as its bot gets them; undefined where there are none. */
export function runLimits({ memory_mb, cpu_seconds, processes }: TaskLimits = {}): RunLimits | undefined {
  const limits: RunLimits = {
    ...(memory_mb && { memory_bytes: memory_mb * MIB }),
    ...(cpu_seconds && { cpu_seconds }),
    ...(processes && { processes }),
  };
  return Object.keys(limits).length === 0 ? undefined : limits;
}
