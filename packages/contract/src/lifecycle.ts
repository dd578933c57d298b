/**
 * The life of a job, as data. The same table is prose in ARCHITECTURE.md and is enforced once more by the
 * database. `lifecycle` says where a job is, `state` how it went; both use the words of the wire.
 */
export const LIFECYCLES = [
  'ready',
  'onhold',
  'assigned',
  'started',
  'finished',
  'canceled',
  'terminated',
  'expired',
] as const;
export type Lifecycle = (typeof LIFECYCLES)[number];

export const STATES = ['in_progress', 'success', 'failure', 'canceled', 'timeout', 'error'] as const;
export type State = (typeof STATES)[number];

/** Where a job can go next. An ended lifecycle has no way out: a restart is a new job. */
export const TRANSITIONS: Readonly<Record<Lifecycle, readonly Lifecycle[]>> = {
  ready: ['onhold', 'assigned', 'canceled', 'terminated', 'expired'],
  onhold: ['ready', 'finished', 'canceled', 'terminated', 'expired'],
  // back to ready: the attempt is given back (drain) or lost, and the task allows another one
  assigned: ['started', 'ready', 'finished', 'canceled', 'terminated'],
  started: ['ready', 'finished', 'terminated'],
  finished: [],
  canceled: [],
  terminated: [],
  expired: [],
};

/** Which states a lifecycle can carry. */
export const STATES_OF: Readonly<Record<Lifecycle, readonly State[]>> = {
  ready: ['in_progress'],
  onhold: ['in_progress'],
  assigned: ['in_progress'],
  started: ['in_progress'],
  finished: ['success', 'failure'],
  canceled: ['canceled'],
  terminated: ['canceled', 'timeout', 'error'],
  expired: ['canceled'],
};

export const ENDED: readonly Lifecycle[] = LIFECYCLES.filter(
  (lifecycle) => TRANSITIONS[lifecycle].length === 0,
);

/** Lifecycles in which a bot holds the job. */
export const HELD: readonly Lifecycle[] = ['assigned', 'started'];

export function isEnded(lifecycle: Lifecycle): boolean {
  return TRANSITIONS[lifecycle].length === 0;
}

export function mayMove(from: Lifecycle, to: Lifecycle): boolean {
  return TRANSITIONS[from].includes(to);
}
