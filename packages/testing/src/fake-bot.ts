import { randomUUID } from 'node:crypto';
import { zstdCompressSync } from 'node:zlib';
import {
  PROTOCOL_VERSION,
  type AttemptRef,
  type BotEvent,
  type BotHealth,
  type BotInfo,
  type CancelInstruction,
  type EnrollResponse,
  type EventResult,
  type EventsRequest,
  type EventsResponse,
  type FinishedEvent,
  type Instruction,
  type LogEvent,
  type PollRequest,
  type PollResponse,
  type RunInstruction,
  type Stream,
} from '@argus/contract';

type Phase = PollRequest['attempts'][number]['phase'];

/** What of a run its log needs: where it ends now. */
interface Progress extends AttemptRef {
  phase: Phase;
  seq: number;
  offset: number;
  line: number;
}

export interface PollOptions {
  slots?: number;
  /** Attempts to name in place of those that this bot knows. */
  attempts?: PollRequest['attempts'];
  info?: BotInfo;
  health?: BotHealth;
  /** The run of its machine. */
  machine?: string;
  /** It takes no more: an answer without instructions comes at once where it holds nothing. */
  draining?: boolean;
  /** The answer gets lost on its way: what it says is not remembered. */
  lost?: boolean;
  signal?: AbortSignal;
}

export interface LogOptions {
  stream?: Stream;
  encoding?: LogEvent['encoding'];
}

/** A bot of which only the link is real: it speaks the protocol over HTTP and starts no process. */
export interface FakeBot extends Disposable {
  /** Waits for instructions. Runs that it gets are named in every later poll until they are finished. */
  poll(options?: PollOptions): Promise<Instruction[]>;
  /** Polls until as many runs are there. */
  takeRuns(count?: number, options?: PollOptions): Promise<RunInstruction[]>;
  /** Polls until the attempt is to be stopped. */
  takeCancel(run: AttemptRef): Promise<CancelInstruction>;
  send(events: BotEvent[]): Promise<EventResult[]>;
  started(run: AttemptRef): Promise<EventResult>;
  log(run: AttemptRef, text: string | Uint8Array, options?: LogOptions): Promise<EventResult>;
  /** Reports the end; an exit with code 0 unless told otherwise. */
  finish(run: AttemptRef, end?: Partial<FinishedEvent>): Promise<EventResult>;
  /** Reports the end and asks for more: what the answer brings. */
  finishForMore(run: AttemptRef): Promise<RunInstruction[]>;
  /** The events of a run without sending them, in the order and with the positions that they would have. */
  logEvent(run: AttemptRef, text: string | Uint8Array, options?: LogOptions): LogEvent;
  finishedEvent(run: AttemptRef, end?: Partial<FinishedEvent>): FinishedEvent;
  /** Forgets all that it knows, as a bot does whose disk was lost. */
  loseJournal(): void;
}

/** Trades an enrolment code for a credential. */
export async function enrollFakeBot(url: string, code: string, hostname: string): Promise<EnrollResponse> {
  return call<EnrollResponse>(`${url}/bot/enroll`, { code, hostname });
}

interface FakeBotOptions {
  url: string;
  credential: string;
  /** What it speaks: today's protocol unless told otherwise, whose new fields an older one leaves out. */
  protocol?: number;
}

export function fakeBot({ url, credential, protocol = PROTOCOL_VERSION }: FakeBotOptions): FakeBot {
  const boot = randomUUID();
  const closing = new AbortController();
  const known = new Map<string, Progress>();
  /** What the last answer missed, and this bot has not. */
  let unknown: AttemptRef[] = [];

  const progressOf = ({ job, attempt, lease }: AttemptRef): Progress => {
    const key = `${job}.${attempt}`;
    const found = known.get(key);
    if (found) return found;
    const fresh: Progress = { job, attempt, lease, phase: 'accepted', seq: 0, offset: 0, line: 0 };
    known.set(key, fresh);
    return fresh;
  };
  const named = () =>
    [...known.values()].map(({ job, attempt, lease, phase }) => ({ job, attempt, lease, phase }));
  const post = <T>(path: string, body: unknown, signal?: AbortSignal) =>
    call<T>(`${url}${path}`, body, credential, signal ?? closing.signal);

  const bot: FakeBot = {
    async poll({
      slots = 10,
      attempts = named(),
      info,
      health,
      machine,
      draining,
      lost = false,
      signal,
    } = {}) {
      const request: PollRequest = {
        protocol,
        boot,
        slots,
        attempts,
        ...(info && { info }),
        ...(health && { health }),
        ...(machine !== undefined && { machine }),
        ...(draining !== undefined && { draining }),
        ...(unknown.length > 0 && { unknown }),
      };
      const { instructions, missed = [] } = await post<PollResponse>('/bot/poll', request, signal);
      unknown = missed.filter((one) => !known.has(`${one.job}.${one.attempt}`));
      if (!lost)
        for (const instruction of instructions) {
          if (instruction.type === 'run') progressOf(instruction);
          if (instruction.type === 'forget') known.delete(`${instruction.job}.${instruction.attempt}`);
        }
      return instructions;
    },
    async takeRuns(count = 1, options) {
      const runs: RunInstruction[] = [];
      while (runs.length < count)
        runs.push(...(await bot.poll(options)).filter((instruction) => instruction.type === 'run'));
      return runs;
    },
    async takeCancel({ job, attempt }) {
      for (;;) {
        for (const instruction of await bot.poll()) {
          if (instruction.type === 'cancel' && instruction.job === job && instruction.attempt === attempt)
            return instruction;
        }
      }
    },
    async send(events) {
      const { results } = await post<EventsResponse>('/bot/events', { protocol, events });
      return results;
    },
    async started(run) {
      progressOf(run).phase = 'running';
      return first(await bot.send([{ type: 'started', ...refOf(run), pid: 4711, age_ms: 0 }]));
    },
    async log(run, text, options) {
      return first(await bot.send([bot.logEvent(run, text, options)]));
    },
    async finish(run, end) {
      const result = first(await bot.send([bot.finishedEvent(run, end)]));
      if (result.status !== 'gap') known.delete(`${run.job}.${run.attempt}`);
      return result;
    },
    async finishForMore(run) {
      const events = [bot.finishedEvent(run)];
      const request: EventsRequest = { protocol, events, more: true };
      const { instructions } = await post<EventsResponse>('/bot/events', request);
      known.delete(`${run.job}.${run.attempt}`);
      for (const instruction of instructions) progressOf(instruction);
      return instructions;
    },
    logEvent(run, text, { stream = 'stdout', encoding = 'identity' } = {}) {
      const progress = progressOf(run);
      const bytes = Buffer.from(text);
      const { offset, line } = progress;
      const lines = bytes.filter((byte) => byte === 0x0a).length;
      progress.seq += 1;
      progress.offset += bytes.length;
      progress.line += lines;
      return {
        type: 'log',
        ...refOf(run),
        seq: progress.seq,
        stream,
        offset,
        line,
        bytes: bytes.length,
        lines,
        encoding,
        data: (encoding === 'zstd' ? zstdCompressSync(bytes) : bytes).toString('base64'),
        age_ms: 0,
      };
    },
    finishedEvent(run, end = {}) {
      return {
        type: 'finished',
        ...refOf(run),
        last_seq: progressOf(run).seq,
        ending: 'exited',
        exit_code: 0,
        signal: null,
        stopped_by: null,
        survivors: [],
        left_running: [],
        error: null,
        result: { file: null, stdout: null, stderr: null },
        duration_ms: 1,
        log_dropped_bytes: 0,
        age_ms: 0,
        ...end,
      };
    },
    loseJournal() {
      known.clear();
    },
    [Symbol.dispose]() {
      closing.abort();
    },
  };
  return bot;
}

function refOf({ job, attempt, lease }: AttemptRef): AttemptRef {
  return { job, attempt, lease };
}

function first(results: readonly EventResult[]): EventResult {
  return results[0] as EventResult;
}

async function call<T>(url: string, body: unknown, credential?: string, signal?: AbortSignal): Promise<T> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(credential !== undefined && { authorization: `Bearer ${credential}` }),
    },
    body: JSON.stringify(body),
    ...(signal && { signal }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status} ${text}`);
  return JSON.parse(text) as T;
}
