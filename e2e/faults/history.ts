import type { JobSpec, TaskRules } from './workload.ts';

/** What the API says of a job at one moment. */
export interface Sight {
  lifecycle: string;
  state: string;
  reason_code: string | null;
  reason: string | null;
  exit_code: number | null;
  attempt: number;
}

export interface AttemptSeen {
  attempt: number;
  /** Name of the bot that had it. */
  bot: string | null;
  outcome: string | null;
  log: string;
}

/** A line that a script wrote of itself; see `scriptFor`. `number`: of a line or the exit code, 0 for a start. */
export interface WitnessLine {
  what: 'start' | 'line' | 'child' | 'end';
  attempt: number;
  pid: number;
  /** Milliseconds of the machine's clock. */
  time: number;
  number: number;
}

/** All that is known of one job: what was promised, what the API says afterwards, and what its script did. */
export interface JobHistory {
  id: string;
  task: TaskRules;
  spec: Pick<JobSpec, 'lines'>;
  /** The call that made it; none makes two. */
  call: string;
  /** Whether a caller was told that it is there. */
  isAcknowledged: boolean;
  cancel: 'none' | 'asked' | 'acknowledged';
  /** What the API says in the end; null where it knows nothing of the job. */
  last: Sight | null;
  /** When the API first said that it had ended (the machine's clock, after the answer), and how. */
  firstEnd: { at: number; sight: Sight } | null;
  attempts: AttemptSeen[];
  witness: WitnessLine[];
  /** Processes of it that are there in the end. */
  alive: string[];
  /** What somebody read who followed its log to the end. */
  followed: string | null;
}

/** What was done that explains what is otherwise not right. */
export interface Explanations {
  /** Attempts (`<job>.<n>`) whose shim was killed: nobody knows how they ended, and their output is lost with it. */
  shimKilled: ReadonlySet<string>;
  /**
   * How many shims of a bot were killed that ran nothing yet. One may have had its order: then nobody knows the end of one
   * attempt that wrote nothing.
   */
  idleShimsKilled: ReadonlyMap<string, number>;
  /** Bots that were not heard of for this long, milliseconds. */
  silent: ReadonlyMap<string, number>;
  /** Bots that died, or could not write: what they had not started yet may never be. */
  troubled: ReadonlySet<string>;
}

export interface Violation {
  job: string;
  /** Which promise is broken. */
  rule:
    | 'every acknowledged run exists and ends'
    | 'nothing starts twice'
    | 'not more at once than allowed'
    | 'the state is true'
    | 'what ended is over'
    | 'the log is complete'
    | 'a stop stops'
    | 'no program ends by itself';
  text: string;
}

const WITNESS_LINE = /^(start|line|child|end) (\d+) (\d+) ([\d.]+) (\d*)$/;

/** Reads a witness file. @throws on a line that no script writes */
export function readWitness(text: string): WitnessLine[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const found = WITNESS_LINE.exec(line);
      if (found === null) throw new Error(`a witness says ${JSON.stringify(line)}`);
      const [, what, attempt, pid, time, number] = found;
      return {
        what: what as WitnessLine['what'],
        attempt: Number(attempt),
        pid: Number(pid),
        time: Number(time),
        number: Number(number),
      };
    });
}
