/**
 * The steps of a job's life at which the fault campaign (CONTRIBUTING.md) ends a supervisor. ARCHITECTURE.md tells what
 * must be true after each.
 */
export const STEPS = [
  'job.created',
  'job.claimed',
  'poll.answering',
  'events.received',
  'events.stored',
  'stop.requested',
  'lost.ended',
  'emissions.read',
  'emissions.carried-out',
  'schedules.carried-out',
  'run.step-started',
  'run.finished',
  'pending.decided',
  'builtin.claimed',
  'builtin.done',
  'notifications.claimed',
  'notifications.sent',
] as const;
export type Step = (typeof STEPS)[number];

/** `name`, `name:times` or `name:times:stop`. */
const [wanted, times = '1', how] = (process.env['ARGUS_FAULT_STEP'] ?? '').split(':');
let left = Number(times);

/**
 * Says that a job is at this step. Nothing happens, unless the environment at the start of the process named it: at the
 * n-th time the process then ends as by a power cut, or is stopped until somebody continues it.
 */
export function step(at: Step): void {
  if (at === wanted && --left === 0) process.kill(process.pid, how === 'stop' ? 'SIGSTOP' : 'SIGKILL');
}
