import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type {
  AttemptRef,
  BotEvent,
  EventsResponse,
  FinishedEvent,
  LogEvent,
  PollRequest,
  PollResponse,
  RunInstruction,
} from '@argus/contract';
import { PROTOCOL_VERSION } from '@argus/contract/limits';
import { HttpConnection, requestMaker } from './http.ts';

/** How long the next poll waits after one that brought something, as with our own bot; milliseconds. */
const GIVE_WAY_MS = 20;

/** As our own bot waits at most after a first failure, milliseconds. */
const RETRY_MS = 200;

export interface FakeBotOptions {
  /** Supervisors, as a load balancer would deal them out: the poll goes to the first, requests with events in turns. */
  urls: readonly string[];
  credential: string;
  slots: number;
  /** Requests with events under way at once. */
  lanes: number;
  /** Events in one request at most. */
  maxEvents: number;
  /** What each run writes; nothing where left out. */
  log?: string | undefined;
  /** A run has come. */
  take(run: RunInstruction): void;
  /** The supervisor has accepted so many ends. */
  ended(count: number): void;
  /** The supervisor answered a status of 500 or above; the request is sent again. */
  failed(): void;
}

/** A bot of which only the link is real, as lean as one can: it shares its cores with what it measures. */
export interface FakeBot extends Disposable {
  /** Tells that the run has started and ended well. */
  end(run: AttemptRef): void;
  /** Rejects when something does not go as it must; never resolves otherwise. */
  readonly failure: Promise<never>;
}

/**
 * Polls and takes what comes until it is disposed. Events of the moment share a request, and each answer may bring
 * what the freed slots run next. It keeps no journal: a poll names what this process knows.
 */
export async function startFakeBot(options: FakeBotOptions): Promise<FakeBot> {
  const { urls, credential, slots, lanes, maxEvents } = options;
  const urlOf = (turn: number) => urls[turn % urls.length] as string;
  const output = options.log === undefined ? undefined : logOf(options.log);
  const boot = randomBytes(12).toString('hex');
  const held = new Map<string, AttemptRef>();
  const events: BotEvent[] = [];
  const closing = new AbortController();
  const { promise: failure, reject } = Promise.withResolvers<never>();
  // whoever waits for it hears of it
  failure.catch(() => {});
  const open = async (url: string, path: string) => ({
    path,
    connection: await HttpConnection.open(url),
    requestOf: requestMaker('POST', `${url}${path}`, credential),
  });
  const polling = await open(urlOf(0), '/bot/poll');
  const sending = await Promise.all(
    Array.from({ length: lanes }, (_, lane) => open(urlOf(lane + 1), '/bot/events')),
  );
  /** Ended since the poll under way was sent: it may be told again what it did not name. */
  const gone = new Set<string>();
  const idle = [...sending];

  async function post<T>({ path, connection, requestOf }: typeof polling, body: object): Promise<T> {
    const request = requestOf(JSON.stringify(body));
    for (;;) {
      const answer = await connection.send(request);
      if (answer.status === 200) return JSON.parse(answer.body) as T;
      if (answer.status < 500)
        throw new Error(`${path} was answered ${answer.status}: ${answer.body.slice(0, 500)}`);
      options.failed();
      await wait(Math.random() * RETRY_MS);
    }
  }

  function take(run: RunInstruction): void {
    // told by a poll and by an answer to events
    if (held.has(run.job) || gone.has(run.job)) return;
    held.set(run.job, { job: run.job, attempt: run.attempt, lease: run.lease });
    options.take(run);
  }

  async function poll(): Promise<void> {
    while (!closing.signal.aborted) {
      const body: PollRequest = {
        protocol: PROTOCOL_VERSION,
        boot,
        slots,
        attempts: [...held.values()].map((ref) => ({ ...ref, phase: 'running' })),
      };
      gone.clear();
      const { instructions } = await post<PollResponse>(polling, body);
      for (const instruction of instructions) if (instruction.type === 'run') take(instruction);
      if (instructions.length > 0) await wait(GIVE_WAY_MS);
    }
  }

  /** One turn later: what ends in the same turn shares a request. */
  let scheduled = false;
  function send(): void {
    if (scheduled) return;
    scheduled = true;
    setImmediate(() => {
      scheduled = false;
      for (let lane = idle.shift(); lane !== undefined; lane = idle.shift()) {
        const batch = events.splice(0, maxEvents);
        if (batch.length === 0) {
          idle.unshift(lane);
          return;
        }
        void sendBatch(lane, batch).catch(fail);
      }
    });
  }

  async function sendBatch(lane: typeof polling, batch: BotEvent[]): Promise<void> {
    const body = { protocol: PROTOCOL_VERSION, events: batch, more: true };
    const answer = await post<EventsResponse>(lane, body);
    let ends = 0;
    for (const [place, { status }] of answer.results.entries()) {
      const event = batch[place] as BotEvent;
      if (status !== 'accepted') throw new Error(`a ${event.type} event of ${event.job} is ${status}`);
      if (event.type !== 'finished') continue;
      held.delete(event.job);
      gone.add(event.job);
      ends++;
    }
    if (ends > 0) options.ended(ends);
    answer.instructions.forEach(take);
    idle.push(lane);
    send();
  }

  function fail(error: unknown): void {
    if (!closing.signal.aborted) reject(error);
  }

  void poll().catch(fail);
  return {
    failure,
    end({ job, attempt, lease }) {
      const ref = { job, attempt, lease };
      events.push({ type: 'started', ...ref, pid: process.pid, age_ms: 0 });
      if (output !== undefined) events.push({ ...output, ...ref });
      events.push({ ...END, ...ref, last_seq: output === undefined ? 0 : 1 });
      send();
    },
    [Symbol.dispose]() {
      closing.abort();
      for (const { connection } of [polling, ...sending]) connection[Symbol.dispose]();
    },
  };
}

function logOf(text: string): Omit<LogEvent, keyof AttemptRef> {
  const bytes = Buffer.from(text);
  return {
    type: 'log',
    seq: 1,
    stream: 'stdout',
    offset: 0,
    line: 0,
    bytes: bytes.length,
    lines: text.split('\n').length - 1,
    encoding: 'identity',
    data: bytes.toString('base64'),
    age_ms: 0,
  };
}

const END: Omit<FinishedEvent, keyof AttemptRef | 'last_seq'> = {
  type: 'finished',
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
};
