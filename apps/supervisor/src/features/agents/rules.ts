import {
  LOG_CHUNK_MAX_BYTES,
  looksLikeResult,
  RESULT_MAX_BYTES,
  SCRIPT_PLACEHOLDER,
  type FinishedEvent,
  type Verdict,
} from '@argus/contract';

/** A task's `run_as` as agents read it: they put the path in for the first `%script%`, and need one. */
export function runAsForAgent(line: string): string {
  if (line.trim() === '') return SCRIPT_PLACEHOLDER;
  return line.includes(SCRIPT_PLACEHOLDER) ? line : `${line} ${SCRIPT_PLACEHOLDER}`;
}

interface NamedScript {
  filename: string;
  sha256: string;
}

/**
 * The name under which an agent is to keep a script. It keeps them all in one folder, so a name that stands for
 * other content while that runs is made another one: a shell reads on in the file that it runs.
 */
export function filenameForAgent({ filename, sha256 }: NamedScript, running: readonly NamedScript[]): string {
  // some machines tell no upper case from lower case in names
  const same = (other: string) => other.toLowerCase() === filename.toLowerCase();
  if (!running.some((other) => same(other.filename) && other.sha256 !== sha256)) return filename;
  const dot = filename.lastIndexOf('.');
  const end = dot > 0 ? dot : filename.length;
  return `${filename.slice(0, end)}-${sha256.slice(0, 12)}${filename.slice(end)}`;
}

interface Unreported {
  hostname: string;
  timeout: number;
  stop_requested: { by: string } | null;
}

/** The verdict on what an agent did not report, `graceSeconds` after its timeout. */
export function overdueVerdict(attempt: Unreported, graceSeconds: number): Verdict {
  const reason = `the agent on ${attempt.hostname} reported no end within the timeout of ${attempt.timeout} s and ${graceSeconds} s more; the script may still run there`;
  return {
    lifecycle: 'terminated',
    state: 'timeout',
    reason_code: 'timeout',
    reason: reason + unheeded(attempt),
    output: [],
  };
}

/** The verdict on what an agent ran before it was started again. */
export function restartedVerdict(attempt: Unreported): Verdict {
  const reason = `the agent on ${attempt.hostname} was started again and knows nothing of it any more`;
  return {
    lifecycle: 'terminated',
    state: 'error',
    reason_code: 'lost',
    reason: reason + unheeded(attempt),
    output: [],
  };
}

/** What was asked of an agent that cannot do it, as the end of a reason. */
function unheeded({ stop_requested }: Unreported): string {
  return stop_requested === null ? '' : `; the stop by ${stop_requested.by} did not reach it`;
}

/** What an agent says at the end: nothing of it can be relied on but that it is JSON. */
export interface AgentResult {
  state?: unknown;
  data?: unknown;
}

export type AgentEnding = Omit<FinishedEvent, 'type' | 'job' | 'attempt' | 'lease' | 'last_seq'>;

const ENDING: AgentEnding = {
  ending: 'exited',
  exit_code: null,
  signal: null,
  stopped_by: null,
  survivors: [],
  left_running: [],
  error: null,
  result: { file: null, stdout: null, stderr: null },
  duration_ms: null,
  log_dropped_bytes: 0,
  age_ms: 0,
};

/** The end of what no agent can be given. */
export function neverRun(why: string): AgentEnding {
  return { ...ENDING, ending: 'not_started', error: `an existing agent cannot run it: ${why}` };
}

/** Reads an agent's result: the end in the words of our own bots, which one rule judges, and the log. */
export function readAgentResult({ state, data }: AgentResult): { ending: AgentEnding; log: string } {
  const said = isRecord(data) ? data : {};
  const { code, signal, killed, log, lastline, output } = said;
  const exitCode =
    typeof code === 'number' && Number.isInteger(code) && Math.abs(code) < 2 ** 32 ? code >>> 0 : null;
  const signalName = typeof signal === 'string' && /^SIG[A-Z0-9]{1,12}$/.test(signal) ? signal : null;
  const text = typeof log === 'string' ? log : '';
  const line = lastLine(text) ?? (typeof lastline === 'string' ? lastline.trim() : '');
  const ending: AgentEnding = {
    ...ENDING,
    exit_code: exitCode,
    signal: signalName,
    result: { file: null, stdout: resultLine(line, state), stderr: null },
  };
  // it ended the shell alone; what that had started may go on
  if (killed === true) return { ending: { ...ending, ending: 'signaled', stopped_by: 'timeout' }, log: text };
  if (signalName !== null) return { ending: { ...ending, ending: 'signaled' }, log: text };
  if (exitCode !== null) return { ending, log: text };
  const message = isRecord(output) && typeof output['message'] === 'string' ? output['message'] : line;
  return {
    ending: {
      ...ending,
      ending: 'code' in said ? 'unknown' : 'not_started',
      error:
        message === ''
          ? 'the agent reported neither an exit code nor a signal'
          : `the agent could not run it: ${presentable(message, 500)}`,
    },
    log: text,
  };
}

/** The line that a script's result is read from: its last one, or the bare word that the agent made of it. */
function resultLine(line: string, state: unknown): string | null {
  if (looksLikeResult(line) && Buffer.byteLength(line) <= RESULT_MAX_BYTES) return line;
  return state === 'success' || state === 'failure' ? state : null;
}

/** The last line that holds anything; undefined where there is none. */
function lastLine(text: string): string | undefined {
  for (let end = text.length; end > 0;) {
    const start = text.lastIndexOf('\n', end - 1) + 1;
    const line = text.slice(start, end).trim();
    if (line !== '') return line;
    end = start - 1;
  }
  return undefined;
}

/** Text as every store and every reader can hold it. */
export function presentable(text: string, maxLength: number): string {
  return text.slice(0, maxLength).replaceAll('\0', '\uFFFD').toWellFormed();
}

export interface LogPart {
  bytes: Buffer;
  /** Line breaks in it. */
  lines: number;
}

/** Cuts a log into chunks: behind a line where one ends in the second half of a chunk, never within a character. */
export function cutLog(log: string, max = LOG_CHUNK_MAX_BYTES): LogPart[] {
  const bytes = Buffer.from(log);
  const parts: LogPart[] = [];
  for (let at = 0; at < bytes.length;) {
    let end = Math.min(bytes.length, at + max);
    if (end < bytes.length) {
      const line = bytes.lastIndexOf(10, end - 1) + 1;
      if (line > at + max / 2) end = line;
      // 10xxxxxx continues a character
      else while (end > at + 4 && ((bytes[end] ?? 0) & 0b1100_0000) === 0b1000_0000) end--;
    }
    const part = bytes.subarray(at, end);
    parts.push({ bytes: part, lines: countLines(part) });
    at = end;
  }
  return parts;
}

function countLines(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) count++;
  return count;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What an agent tells of itself, in the terms of our own bots. */
export function infoOf(version: unknown, info: unknown) {
  const facts = isRecord(info) ? info : {};
  const extras = isRecord(facts['extras']) ? facts['extras'] : {};
  const user = isRecord(extras['user']) ? extras['user'] : {};
  const first = (max: number, ...values: unknown[]) =>
    presentable(
      values.find((value): value is string => typeof value === 'string' && value !== '') ?? '',
      max,
    );
  return {
    version: first(64, version, facts['agent_version']),
    os: first(64, facts['platform'], facts['type'], facts['os_name']),
    release: first(255, facts['release'], facts['os_version']),
    arch: first(64, facts['arch']),
    run_user: first(255, facts['agent_username'], user['username']),
    interpreters: {},
  };
}
