import { createHash, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { TestArtifacts } from './artifacts.ts';
import { Held, type RunOptions } from './held.ts';
import { assertProtocol1 } from './protocol-1.ts';
import { unpacked } from './unpacked.ts';
import type {
  AttemptRef,
  BotEvent,
  EventResult,
  EventsRequest,
  FinishedEvent,
  Instruction,
  PollRequest,
  RunFile,
} from '@argus/contract';

const id = () => randomBytes(12).toString('hex');

/** The supervisor's side of the bot protocol, kept in memory, with the faults that a test asks for. */
export class TestSupervisor {
  /** False: connections are cut without an answer. */
  isUp = true;
  /** False: log chunks and ends are left without any answer, as a half-open link does. */
  answersEvents = true;
  /** So many poll answers are cut off after the request was read and the instructions were counted as sent. */
  losePollAnswers = 0;
  /** Requests with an event like this are refused for what they say. */
  refuses: (event: BotEvent) => boolean = () => false;
  /** Of each kind named: the answer to the next request with such an event is cut off after its events were stored. */
  loseAnswersTo = new Set<BotEvent['type']>();
  /** Asked once for a gap at this seq. */
  gapAt: number | undefined;
  /** 1: what the version before refuses is refused, and has its statuses. */
  protocol = 2;
  /** False: of protocol 2, but from before bots told how their machines are. */
  knowsHealth = true;
  /** Requests that were refused for their protocol. */
  notUnderstood = 0;
  polls: PollRequest[] = [];
  credential = 'argus_bot_credential_that_no_script_may_see';
  scriptRequests = 0;
  fileRequests = 0;
  /** So many answers with a file are cut off in their middle. */
  cutFiles = 0;
  /** False: answers with a file wait. */
  sendsFiles = true;
  /** What scripts left. */
  readonly artifacts = new TestArtifacts();
  #server: Server;
  #held = new Map<string, Held>();
  #scripts = new Map<string, Buffer>();
  #files = new Map<string, Buffer>();
  #waitingFiles: (() => void)[] = [];
  #waitingPoll: ServerResponse | undefined;
  #lastPoll: PollRequest | undefined;
  #watchers = new Set<() => void>();

  private constructor() {
    this.#server = createServer((request, response) => {
      void this.#answer(request, response).catch((error: unknown) => {
        this.failure ??= error instanceof Error ? error : new Error(String(error));
        this.#changed();
        response.destroy();
      });
    });
  }

  /** The first thing that a bot did against the protocol. */
  failure: Error | undefined;

  static async start(): Promise<TestSupervisor> {
    const supervisor = new TestSupervisor();
    await new Promise<void>((resolve) => supervisor.#server.listen(0, '127.0.0.1', resolve));
    return supervisor;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  run(options: RunOptions): Held {
    const held = this.#hold(options);
    this.answerPoll();
    return held;
  }

  /** The same, told by the answer to the end of another run while the poll goes on waiting. */
  runWithNextEnd(options: RunOptions): Held {
    const held = this.#hold(options);
    held.comesWithEvents = true;
    return held;
  }

  /** Answers the poll that waits with an instruction, whatever became of it since that poll was sent. */
  tellOnWaitingPoll({ instruction }: Held): void {
    if (this.#waitingPoll)
      send(this.#waitingPoll, 200, { protocol: this.protocol, instructions: [instruction] });
    this.#waitingPoll = undefined;
  }

  #hold(options: RunOptions): Held {
    const script = Buffer.from(options.script);
    const sha256 = createHash('sha256').update(script).digest('hex');
    this.#scripts.set(sha256, script);
    const held = new Held({
      type: 'run',
      job: id(),
      attempt: 1,
      lease: randomBytes(16).toString('hex'),
      task_id: id(),
      name: 'a task',
      run_as: options.run_as ?? 'bash %script%',
      script: { id: id(), filename: options.filename ?? 'script.sh', sha256, size: script.length },
      args: options.args ?? [],
      ...(options.files && { files: options.files.map((file) => this.#announce(file)) }),
      env: options.env ?? {},
      timeout: options.timeout ?? 60,
      kill_grace: options.kill_grace ?? 1,
      log_limit: options.log_limit ?? 2 ** 30,
      ...(options.masks && { masks: options.masks }),
      ...(options.limits && { limits: options.limits }),
      ...(options.fence !== undefined && { fence: options.fence }),
    });
    this.#held.set(held.instruction.job, held);
    return held;
  }

  /** Lets the answers with files go that waited. */
  sendFiles(): void {
    this.sendsFiles = true;
    for (const send of this.#waitingFiles.splice(0)) send();
  }

  #announce({
    position,
    index,
    filename,
    data,
    sent = data,
  }: NonNullable<RunOptions['files']>[number]): RunFile {
    const fileId = id();
    if (sent !== null) this.#files.set(fileId, sent);
    const sha256 = createHash('sha256').update(data).digest('hex');
    return {
      position,
      ...(index !== undefined && { index }),
      id: fileId,
      filename,
      size: data.length,
      sha256,
    };
  }

  cancel(held: Held): void {
    held.isCancelled = true;
    this.answerPoll();
  }

  /** Gives the same instruction once more, though the bot has it. */
  repeat(held: Held): void {
    held.isRepeated = true;
    this.answerPoll();
  }

  /** Cuts the waiting poll. */
  dropPoll(): void {
    this.#waitingPoll?.destroy();
  }

  forget(held: Held): void {
    held.isForgotten = true;
    this.answerPoll();
  }

  /** Resolves as soon as the condition holds. Fails when a bot broke the protocol. */
  async until<T>(condition: () => T | undefined | false): Promise<T> {
    for (;;) {
      if (this.failure !== undefined) throw this.failure;
      const value = condition();
      if (value) return value;
      await new Promise<void>((resolve) => this.#watchers.add(resolve));
    }
  }

  finished(held: Held): Promise<FinishedEvent> {
    return this.until(() => held.finished);
  }

  /** Answers the waiting poll where there is something to say. */
  answerPoll(): void {
    const response = this.#waitingPoll;
    const poll = this.#lastPoll;
    if (!response || !poll) return;
    const instructions = this.#instructionsFor(poll);
    if (instructions.length === 0) return;
    this.#waitingPoll = undefined;
    if (this.losePollAnswers > 0) {
      this.losePollAnswers--;
      response.destroy();
    } else send(response, 200, { protocol: this.protocol, instructions });
  }

  /** Answers the waiting poll with nothing, as at the end of its time. */
  answerEmpty(): void {
    if (this.#waitingPoll) send(this.#waitingPoll, 200, { protocol: this.protocol, instructions: [] });
    this.#waitingPoll = undefined;
  }

  /** Answers the waiting poll: these were expected in it, and not named. */
  answerMissed(missed: readonly AttemptRef[]): void {
    if (this.#waitingPoll)
      send(this.#waitingPoll, 200, { protocol: this.protocol, instructions: [], missed });
    this.#waitingPoll = undefined;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    if (!this.isUp) return void response.destroy();
    const whole = Buffer.concat(parts);
    if (request.url?.startsWith('/bot/artifacts')) {
      this.artifacts.take(request.url, whole, (answer) =>
        answer === 'cut' ? response.destroy() : send(response, answer.status, answer.body),
      );
      return this.#changed();
    }
    const isPacked = request.headers['content-type'] === 'application/octet-stream';
    if (isPacked && this.protocol === 1) return send(response, 415, { message: 'send this as JSON' });
    const body: unknown = isPacked
      ? unpacked(whole)
      : whole.length > 0
        ? JSON.parse(whole.toString())
        : undefined;
    if (request.url === '/bot/enroll')
      return send(response, 200, {
        host_id: id(),
        hostname: 'test-bot',
        customer: 'demo',
        credential: this.credential,
      });
    if (request.url === '/api/status')
      return send(response, 200, { status: 'ok', version: '0.1.0', database: 'up', protocol: this.protocol });
    if (request.headers.authorization !== `Bearer ${this.credential}`)
      return send(response, 401, { message: 'unknown credential' });
    const isPolling = request.url === '/bot/poll';
    if (this.protocol === 1 && (isPolling || request.url === '/bot/events')) {
      const refused = assertProtocol1(body as PollRequest | EventsRequest);
      if (refused) {
        this.notUnderstood++;
        return send(response, refused.status, { message: refused.message });
      }
    }
    if (isPolling && !this.knowsHealth && (body as PollRequest).health !== undefined) {
      this.notUnderstood++;
      return send(response, 400, { message: 'health: is not a field of this request' });
    }
    if (isPolling) this.#poll(body as PollRequest, response);
    else if (request.url?.startsWith('/bot/files/')) this.#file(request.url, response);
    else if (request.url === '/bot/events') this.#events((body as EventsRequest).events, response);
    else this.#script(request.url ?? '', response);
    this.#changed();
  }

  #poll(poll: PollRequest, response: ServerResponse): void {
    this.polls.push(poll);
    this.#waitingPoll = response;
    this.#lastPoll = poll;
    for (const { job } of poll.attempts) {
      const held = this.#held.get(job);
      if (held) held.isNamed = true;
    }
    this.answerPoll();
    if (this.protocol > 1 && poll.draining && poll.attempts.length === 0) this.answerEmpty();
  }

  #instructionsFor(poll: PollRequest): Instruction[] {
    const named = new Set(poll.attempts.map(({ job }) => job));
    return [...this.#held.values()].flatMap((held): Instruction[] => {
      const { job, attempt, lease } = held.instruction;
      if (held.finished || held.comesWithEvents) return [];
      if (held.isForgotten) return named.has(job) ? [{ type: 'forget', job, attempt, lease }] : [];
      // a cancel is repeated with every poll in reality; here once for each test that asks
      if (held.isCancelled && named.has(job)) {
        held.isCancelled = false;
        return [{ type: 'cancel', job, attempt, lease, why: 'a person asked' }];
      }
      if (held.isRepeated) {
        held.isRepeated = false;
        return [held.instruction];
      }
      return named.has(job) || held.started ? [] : [held.instruction];
    });
  }

  #events(events: BotEvent[], response: ServerResponse): void {
    if (!this.answersEvents) return void response.destroy();
    if (events.some((event) => this.refuses(event)))
      return send(response, 400, { code: 'invalid_input', message: 'data: is not right' });
    const results = events.map((event) => this.#store(event));
    const losses = events.map(({ type }) => this.loseAnswersTo.delete(type));
    if (losses.includes(true)) return void response.destroy();
    const ended = events.some(({ type }) => type === 'finished');
    const next = ended
      ? [...this.#held.values()].filter((held) => held.comesWithEvents && !held.started)
      : [];
    const instructions = next.map(({ instruction }) => instruction);
    send(response, 200, { protocol: this.protocol, results, instructions });
  }

  #store(event: BotEvent): EventResult {
    const held = this.#held.get(event.job);
    if (!held || held.isStale || held.instruction.lease !== event.lease) return { status: 'stale' };
    held.received.push(event);
    const next = held.chunks.length + 1;
    if (event.type === 'started') held.started = event;
    else if (event.type === 'finished') {
      if (event.last_seq >= next) return { status: 'gap', next_seq: next };
      held.finished ??= event;
    } else {
      if (event.seq === this.gapAt) {
        this.gapAt = undefined;
        return { status: 'gap', next_seq: next };
      }
      if (event.seq > next) return { status: 'gap', next_seq: next };
      if (event.seq === next) held.chunks.push(event);
    }
    return { status: 'accepted' };
  }

  #script(url: string, response: ServerResponse): void {
    this.scriptRequests++;
    const script = this.#scripts.get(url.replace('/bot/scripts/', ''));
    if (!script) return send(response, 404, { message: 'no such script' });
    response.end(script);
  }

  #file(url: string, response: ServerResponse): void {
    this.fileRequests++;
    const file = this.#files.get(url.replace('/bot/files/', ''));
    if (!file) return send(response, 404, { message: 'no such file' });
    response.setHeader('content-length', file.length);
    const isCut = this.cutFiles > 0;
    if (isCut) this.cutFiles--;
    if (isCut) response.write(file.subarray(0, file.length / 2), () => response.destroy());
    else if (this.sendsFiles) response.end(file);
    else this.#waitingFiles.push(() => response.end(file));
  }

  #changed(): void {
    const watchers = [...this.#watchers];
    this.#watchers.clear();
    for (const wake of watchers) wake();
  }
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
