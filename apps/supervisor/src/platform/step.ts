import { readFileSync } from 'node:fs';

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

/** `name`, `name:times` or `name:times:stop`; `@path` where a file will say one of these. */
const asked = process.env['ARGUS_FAULT_STEP'] ?? '';
let fault = asked.startsWith('@') ? undefined : faultOf(asked);

function faultOf(text: string) {
  const [wanted, times = '1', how] = text.split(':');
  return { wanted, left: Number(times), how };
}

/** What the file says, once it is there. */
function faultInFile(): typeof fault {
  try {
    return faultOf(readFileSync(asked.slice(1), 'utf8'));
  } catch {
    return undefined;
  }
}

/**
 * Says that a job is at this step. Nothing happens, unless the environment at the start of the process named it, or a
 * file that was named there: at the n-th time the process then ends as by a power cut, or is stopped until somebody
 * continues it.
 */
export function step(at: Step): void {
  fault ??= faultInFile();
  if (at === fault?.wanted && --fault.left === 0)
    process.kill(process.pid, fault.how === 'stop' ? 'SIGSTOP' : 'SIGKILL');
}
