import type { FinishedEvent, Limit, RunLimits } from './bot-protocol.ts';
import { parseExactly, writtenNumber } from './exact-json.ts';
import type { Lifecycle, State } from './lifecycle.ts';

/** What a script says of itself: by its result file or its last line (design §6). */
export interface ScriptResult {
  state?: 'success' | 'failure';
  output: string[];
  event_name?: string;
  components?: unknown;
  next?: unknown;
}

export const RESULT_RULES = ['exit_code', 'last_line'] as const;
export type ResultRule = (typeof RESULT_RULES)[number];

/** The end of a job: where it goes, how it went, and the reason as a code and a sentence. */
export interface Verdict extends Omit<ScriptResult, 'state'> {
  lifecycle: Extract<Lifecycle, 'finished' | 'canceled' | 'terminated'>;
  state: Exclude<State, 'in_progress'>;
  reason_code: string;
  reason: string;
}

const EVENT_NAME_MAX = 64;
const DEPTH_MAX = 64;

/** Whether a line could be a result at all; anything else is only log. */
export function looksLikeResult(line: string): boolean {
  const text = line.trim();
  return text === 'success' || text === 'failure' || /^[[{]/.test(text);
}

/** `output` is always an array of strings: non-strings as JSON text. */
export function outputOf(value: unknown): string[] {
  const values = Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
  return values.map((item) => (typeof item === 'string' ? item : JSON.stringify(item)));
}

/** Reads a result; undefined where the text says nothing. */
export function parseResult(text: string | null): ScriptResult | undefined {
  const trimmed = text?.trim() ?? '';
  if (trimmed === 'success' || trimmed === 'failure') return { state: trimmed, output: [] };
  if (!looksLikeResult(trimmed)) return undefined;
  let value: unknown;
  let exact: unknown;
  try {
    value = storable(JSON.parse(trimmed), 0);
    exact = storable(parseExactly(trimmed), 0);
  } catch {
    return undefined;
  }
  if (Array.isArray(exact)) return { output: outputOf(exact) };
  const { state, event_name, components, next } = value as Record<string, unknown>;
  const { output, data } = exact as Record<string, unknown>;
  const known = output !== undefined || data !== undefined;
  return {
    ...((state === 'success' || state === 'failure') && { state }),
    // an object without data of its own is the output itself: unknown keys are kept
    output: known ? outputOf(output ?? data) : state === undefined ? outputOf(exact) : [],
    ...(typeof event_name === 'string' &&
      event_name.length > 0 &&
      event_name.length <= EVENT_NAME_MAX && { event_name }),
    ...(components !== undefined && { components }),
    ...(next !== undefined && { next }),
  };
}

/**
 * A value as every store can hold it: NUL and lone surrogates in texts become U+FFFD. Throws on a value nested
 * deeper than 64 levels, which readers further on cannot take.
 */
function storable(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return value.replaceAll('\0', '\uFFFD').toWellFormed();
  if (typeof value !== 'object' || value === null || writtenNumber(value) !== undefined) return value;
  if (depth >= DEPTH_MAX) throw new RangeError('nested too deep');
  if (Array.isArray(value)) return value.map((item) => storable(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [storable(key, depth), storable(item, depth + 1)]),
  );
}

type Finished = Pick<
  FinishedEvent,
  | 'ending'
  | 'exit_code'
  | 'signal'
  | 'stopped_by'
  | 'survivors'
  | 'left_running'
  | 'error'
  | 'result'
  | 'limit'
>;

/**
 * Decides how a job ended from what the bot saw.
 *
 * Exit code ≠ 0, a signal or a stop is never success; `failure` wins over exit code 0. With the rule `last_line`
 * the exit code is ignored, as older systems did. `stop` is who asked for the stop and why, where somebody did;
 * `limits` are those that the script ran with, for the sentence about the one that was hit.
 */
export function judge(
  finished: Finished,
  rule: ResultRule,
  stop?: { by: string } | null,
  limits: RunLimits = {},
): Verdict {
  const said = whatItSaid(finished) ?? { output: [] };
  const survivors = finished.survivors.length > 0 ? `; still running: ${finished.survivors.join(', ')}` : '';
  const left = finished.left_running.length > 0 ? `; left running: ${finished.left_running.join(', ')}` : '';
  const unheeded = stop && finished.stopped_by === null ? `; the stop by ${stop.by} did not end it` : '';

  if (finished.stopped_by === 'cancel') {
    const by = stop ? ` by ${stop.by}` : '';
    return finished.ending === 'not_started'
      ? {
          lifecycle: 'canceled',
          state: 'canceled',
          reason_code: 'canceled',
          reason: `canceled${by} before it started`,
          output: [],
        }
      : {
          lifecycle: 'terminated',
          state: 'canceled',
          reason_code: 'stopped',
          reason: `stopped${by}${survivors}`,
          ...withoutState(said),
        };
  }
  if (finished.stopped_by === 'timeout') {
    return {
      lifecycle: 'terminated',
      state: 'timeout',
      reason_code: 'timeout',
      reason: `ran longer than its timeout${survivors}`,
      ...withoutState(said),
    };
  }
  if (finished.stopped_by === 'fence') {
    return {
      lifecycle: 'terminated',
      state: 'error',
      reason_code: 'fenced',
      reason: `stopped by its bot, which could not reach the supervisor${survivors}`,
      ...withoutState(said),
    };
  }
  const killed =
    finished.ending === 'signaled' && (finished.signal === 'SIGKILL' || finished.signal === 'SIGXCPU');
  if (finished.stopped_by === 'limit' || (finished.limit && finished.limit !== 'processes' && killed)) {
    const verb = finished.signal === 'SIGKILL' ? 'killed' : 'stopped';
    return {
      lifecycle: 'terminated',
      state: 'error',
      reason_code: 'limit',
      reason: `${verb}: used more than ${allowance(finished.limit, limits)}${survivors}`,
      ...withoutState(said),
    };
  }
  const limited = finished.limit ? `; it reached ${allowance(finished.limit, limits)}` : '';
  // an exit without its code is as good as unseen: it must not pass for 0
  const ending = finished.ending === 'exited' && finished.exit_code === null ? 'unknown' : finished.ending;
  if (ending === 'not_started' || ending === 'unknown') {
    const reason =
      finished.error || (ending === 'unknown' ? 'nobody saw how it ended' : 'it could not be started');
    return {
      lifecycle: 'terminated',
      state: 'error',
      reason_code: ending,
      reason: `${reason}${survivors}`,
      output: [],
    };
  }
  if (ending === 'signaled') {
    return {
      lifecycle: 'finished',
      state: 'failure',
      reason_code: 'signal',
      reason: `ended by signal ${finished.signal ?? 'unknown'}${limited}${left}${unheeded}`,
      ...withoutState(said),
    };
  }
  const code = finished.exit_code ?? 0;
  if (code !== 0 && rule === 'exit_code') {
    return {
      lifecycle: 'finished',
      state: 'failure',
      reason_code: 'exit_code',
      reason: `exit code ${code}${limited}${left}${unheeded}`,
      ...withoutState(said),
    };
  }
  if (said.state === 'failure') {
    return {
      lifecycle: 'finished',
      state: 'failure',
      reason_code: 'script',
      reason: `the script reported failure${limited}${left}${unheeded}`,
      ...withoutState(said),
    };
  }
  return {
    lifecycle: 'finished',
    state: 'success',
    reason_code: 'exit_code',
    reason: `exit code ${code}${limited}${left}${unheeded}`,
    ...withoutState(said),
  };
}

/** `its 512 MiB of memory`; without the number where that is not known. */
function allowance(limit: Limit | null | undefined, limits: RunLimits): string {
  const { memory_bytes, cpu_seconds, processes } = limits;
  switch (limit) {
    case 'memory':
      return `its ${memory_bytes === undefined ? 'limit' : sizeText(memory_bytes)} of memory`;
    case 'cpu':
      return `its ${cpu_seconds === undefined ? 'limit' : `${cpu_seconds} s`} of processor time`;
    case 'processes':
      return `its ${processes === undefined ? 'limit of' : processes} processes`;
    default:
      return 'its limits';
  }
}

/** Bytes in the largest unit that they are a whole number of. */
function sizeText(bytes: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && value % 1024 === 0 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${value} ${units[unit]}`;
}

/** The result file wins; then the last line of stdout; of stderr only where stdout says nothing and it failed. */
function whatItSaid({ result, exit_code }: Finished): ScriptResult | undefined {
  const failed = exit_code !== 0;
  return (
    parseResult(result.file) ??
    parseResult(result.stdout) ??
    (failed ? parseResult(result.stderr) : undefined)
  );
}

function withoutState({ state: _state, ...rest }: ScriptResult): Omit<ScriptResult, 'state'> {
  return rest;
}
