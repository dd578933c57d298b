/**
 * The steps of an attempt's life at which the fault campaign (CONTRIBUTING.md) ends a bot. ARCHITECTURE.md tells what must
 * be true after each.
 */
export const STEPS = [
  'instruction.received',
  'journal.accepted',
  'script.fetched',
  'journal.starting',
  'shim.ordered',
  'started.seen',
  'log.cut',
  'log.sent',
  'end.seen',
  'end.journaled',
  'end.sent',
  'forgotten',
] as const;
export type Step = (typeof STEPS)[number];

/** `name`, `name:times` or `name:times:stop`. */
const [wanted, times = '1', how] = (process.env.ARGUS_FAULT_STEP ?? '').split(':');
let left = Number(times);

/**
 * Says that an attempt is at this step. Nothing happens, unless the environment at the start of the process named it: at
 * the n-th time the process then ends as by a power cut, or is stopped until somebody continues it.
 */
export function step(at: Step): void {
  if (at === wanted && --left === 0) process.kill(process.pid, how === 'stop' ? 'SIGSTOP' : 'SIGKILL');
}
