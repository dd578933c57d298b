import { Type, type Static } from 'typebox';
import { LABEL_PATTERN, LOG_CHUNK_MAX_BYTES, RESULT_MAX_BYTES } from './limits.ts';
import { Closed, Id, OneOf, OrNull } from './schema.ts';

/**
 * What a bot and a supervisor say to each other (design §7). The bot calls; the supervisor answers.
 *
 * - Everything about a run names `job`, `attempt` and `lease`; a stale lease changes nothing.
 * - An instruction is repeated on every poll until the bot names the attempt, so a lost answer loses nothing,
 *   and taking the same instruction twice must be harmless: the bot's journal decides.
 * - Clocks are never compared across machines: times travel as ages in milliseconds, measured by the bot's own
 *   monotonic clock, and the supervisor subtracts them from its own now.
 */

const Lease = Type.String({ minLength: 16, maxLength: 64 });

/** Names one hand-out of a job to a bot. */
const attemptRef = {
  job: Id,
  attempt: Type.Integer({ minimum: 1, maximum: 2 ** 31 - 1 }),
  lease: Lease,
};
export const AttemptRef = Closed(attemptRef);
export type AttemptRef = Static<typeof AttemptRef>;

/** What a task can ask of its bot (`host_labels`): compared whole and without case, kept in lower case. */
export const Label = Type.String({
  pattern: LABEL_PATTERN,
  description: 'A word such as linux, gpu or rack:7.',
});

/** What a bot tells of its machine, with its first poll after a start and whenever it changes. */
export const BotInfo = Closed({
  hostname: Type.String({ minLength: 1, maxLength: 255 }),
  version: Type.String({ maxLength: 64 }),
  os: Type.String({ maxLength: 64 }),
  release: Type.String({ maxLength: 255 }),
  arch: Type.String({ maxLength: 64 }),
  /** The user that scripts run as. */
  run_user: Type.String({ maxLength: 255 }),
  /** Interpreters found on the path: name → version or path. */
  interpreters: Type.Record(Type.String({ maxLength: 64 }), Type.String({ maxLength: 255 }), {
    maxProperties: 64,
  }),
  /** Labels that the machine's own settings give it, beside its system and processor. */
  labels: Type.Optional(Type.Array(Label, { maxItems: 64 })),
  /** How the tree of a script is held together and limited, in words for people: `cgroup` → `v2: kill`, … */
  capabilities: Type.Optional(
    Type.Record(Type.String({ maxLength: 64 }), Type.String({ maxLength: 255 }), { maxProperties: 64 }),
  ),
  /** Why it takes no jobs, as a sentence for people: its disk is full, … (protocol 2). */
  problem: Type.Optional(Type.String({ maxLength: 500 })),
});
export type BotInfo = Static<typeof BotInfo>;

const Bytes = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });

/** How the machine of a bot is at the moment. Null is what its system does not tell, or not yet. */
export const BotHealth = Closed({
  /** How busy its processors were since it was measured before, of all of them; the load of one minute beside it. */
  cpu_percent: OrNull(Type.Number({ minimum: 0, maximum: 100 })),
  cpu_count: Type.Integer({ minimum: 1, maximum: 100_000 }),
  load: OrNull(Type.Number({ minimum: 0, maximum: 1_000_000 })),
  memory_total_bytes: Bytes,
  memory_available_bytes: Bytes,
  /** Of the fullest disk that it works on. */
  disk_total_bytes: OrNull(Bytes),
  disk_free_bytes: OrNull(Bytes),
  /** With less than this free it takes no jobs. */
  disk_min_free_bytes: Bytes,
});
export type BotHealth = Static<typeof BotHealth>;

export const ATTEMPT_PHASES = ['accepted', 'running', 'ended'] as const;

export const PollRequest = Closed({
  protocol: Type.Integer({ minimum: 1, maximum: 1000 }),
  /** A new random value for each process of the bot. */
  boot: Type.String({ minLength: 8, maxLength: 64 }),
  /**
   * Names this run of the machine, where it has a name (protocol 2): what was handed out before a restart of the
   * machine and is not named here is not handed out again, since nobody knows whether it had begun.
   */
  machine: Type.Optional(Type.String({ minLength: 8, maxLength: 64 })),
  /** The bot was told on its own machine to finish what it has and take no more (protocol 2). */
  draining: Type.Optional(Type.Boolean()),
  /** How many scripts this bot runs at once. */
  slots: Type.Integer({ minimum: 0, maximum: 1000 }),
  /** All attempts in the journal that the supervisor has not acknowledged as ended. */
  attempts: Type.Array(Closed({ ...attemptRef, phase: OneOf(ATTEMPT_PHASES) }), { maxItems: 2000 }),
  /** Of the attempts that the answer before missed: those that the bot knows nothing of (protocol 2). */
  unknown: Type.Optional(Type.Array(AttemptRef, { maxItems: 2000 })),
  info: Type.Optional(BotInfo),
  /** Not with each poll: what changes all the time is told each 15 s at most (protocol 2). */
  health: Type.Optional(BotHealth),
});
export type PollRequest = Static<typeof PollRequest>;

export const RunFile = Closed({
  position: Type.Integer({ minimum: 0 }),
  index: Type.Optional(Type.Integer({ minimum: 0 })),
  id: Id,
  filename: Type.String(),
  size: Type.Integer({ minimum: 0 }),
  sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
});
export type RunFile = Static<typeof RunFile>;

/** What a script may use; what is left out is not limited. A bot enforces what its machine can and says what it did. */
export const RunLimits = Closed({
  /** Bytes of memory of the whole process tree where cgroups can be written, else address space of each process. */
  memory_bytes: Type.Optional(Type.Integer({ minimum: 1 })),
  /** Seconds of processor time. */
  cpu_seconds: Type.Optional(Type.Integer({ minimum: 1 })),
  /** Processes and threads at once. */
  processes: Type.Optional(Type.Integer({ minimum: 1 })),
});
export type RunLimits = Static<typeof RunLimits>;

/** Which limit ended a script, or kept it from what it wanted. */
export const LIMITS = ['memory', 'cpu', 'processes'] as const;
export type Limit = (typeof LIMITS)[number];

export const RunInstruction = Closed({
  type: Type.Literal('run'),
  ...attemptRef,
  task_id: Id,
  name: Type.String(),
  /** Command line with `%script%`, as the task has it; empty: execute the file. */
  run_as: Type.String(),
  script: Closed({
    id: Id,
    filename: Type.String(),
    sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
    size: Type.Integer({ minimum: 0 }),
  }),
  /** Argument values in order; an optional one left out is an empty string, and so is one that `files` fills. */
  args: Type.Array(Type.String()),
  /**
   * Files that stand in the place of arguments. The bot fetches each by its id (`GET /bot/files/{id}`) and passes its
   * path; with `index`, the argument is the JSON array of the paths of all files of that position.
   */
  files: Type.Optional(Type.Array(RunFile)),
  /** The variables that the supervisor gives: the built-in ones and the task's `env`. */
  env: Type.Record(Type.String(), Type.String()),
  /** Seconds the script may run. */
  timeout: Type.Integer({ minimum: 1 }),
  /** Seconds between TERM and KILL. */
  kill_grace: Type.Integer({ minimum: 0 }),
  /** Bytes of log kept; past that the rest is read, counted and dropped, and the log says so. */
  log_limit: Type.Integer({ minimum: 0 }),
  limits: Type.Optional(RunLimits),
  /**
   * Texts that the log must not show: masked values and secrets. They are replaced before anything leaves the bot,
   * whatever pieces the output comes in, also in their base64, URL- and JSON-encoded forms.
   */
  masks: Type.Optional(Type.Array(Type.String())),
  /**
   * Self-fencing, seconds: the tree is stopped, and gone, before so long has passed since the last request to the
   * supervisor that was answered was sent. Left out: the script goes on, whatever the link does.
   */
  fence: Type.Optional(Type.Integer({ minimum: 1 })),
});
export type RunInstruction = Static<typeof RunInstruction>;

/** Stop the attempt's process tree; repeated until the attempt is reported as finished. */
export const CancelInstruction = Closed({ type: Type.Literal('cancel'), ...attemptRef, why: Type.String() });
export type CancelInstruction = Static<typeof CancelInstruction>;

/** The supervisor does not hold this attempt (any more): stop what runs of it, and drop it from the journal. */
export const ForgetInstruction = Closed({ type: Type.Literal('forget'), ...attemptRef });
export type ForgetInstruction = Static<typeof ForgetInstruction>;

export const Instruction = Type.Union([RunInstruction, CancelInstruction, ForgetInstruction]);
export type Instruction = Static<typeof Instruction>;

export const PollResponse = Closed({
  protocol: Type.Integer(),
  instructions: Type.Array(Instruction),
  /**
   * Attempts that this bot had and did not name (protocol 2). They are not given up for that: the poll may be one that
   * the network brought late, or twice. Its next poll names them, or says that they are `unknown`.
   */
  missed: Type.Optional(Type.Array(AttemptRef)),
  /**
   * How long the supervisor holds a poll like this one at most, milliseconds: one that names attempts, or one that names
   * none. Silence past it is a broken link.
   */
  hold_ms: Type.Optional(Type.Integer({ minimum: 0 })),
});
export type PollResponse = Static<typeof PollResponse>;

/** Ten years: what is older than that is not known. */
const AGE_MAX_MS = 10 * 366 * 86_400_000;

/** Milliseconds since the event, by the bot's monotonic clock; null after a reboot of the machine. */
const age_ms = OrNull(Type.Integer({ minimum: 0, maximum: AGE_MAX_MS }));

export const StartedEvent = Closed({
  type: Type.Literal('started'),
  ...attemptRef,
  pid: Type.Integer({ minimum: 1, maximum: 2 ** 31 - 1 }),
  age_ms,
});
export type StartedEvent = Static<typeof StartedEvent>;

export const STREAMS = ['stdout', 'stderr'] as const;
export type Stream = (typeof STREAMS)[number];

/**
 * A piece of one stream. `seq` counts the chunks of the attempt from 1 without gaps; `offset` and `line` are
 * the bytes and the line breaks of the attempt's whole log (both streams, in order of arrival) before it.
 */
const logFields = {
  type: Type.Literal('log'),
  ...attemptRef,
  seq: Type.Integer({ minimum: 1, maximum: 2 ** 31 - 1 }),
  stream: OneOf(STREAMS),
  offset: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
  line: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
  /** Uncompressed size, bytes, and the number of line breaks in it. */
  bytes: Type.Integer({ minimum: 1, maximum: LOG_CHUNK_MAX_BYTES }),
  lines: Type.Integer({ minimum: 0, maximum: LOG_CHUNK_MAX_BYTES }),
  encoding: OneOf(['identity', 'zstd']),
  age_ms,
};
export const LogEvent = Closed({
  ...logFields,
  /** Base64 of the bytes, compressed as `encoding` says. */
  data: Type.String({ maxLength: 2 * LOG_CHUNK_MAX_BYTES }),
});
export type LogEvent = Static<typeof LogEvent>;

/** How an attempt came to its end, as the bot saw it. */
export const ENDINGS = [
  'exited', // the process ended by itself: `exit_code`
  'signaled', // a signal ended it: `signal`
  'not_started', // no process was made: canceled before, or the command could not be executed (`error`)
  'unknown', // the process is gone and nobody saw how (`error` says why)
] as const;
export type Ending = (typeof ENDINGS)[number];

/** Who asked for the end of a script: a person, its timeout, a limit that only a stop enforces, its own fence. */
export const STOPPERS = ['cancel', 'timeout', 'limit', 'fence'] as const;
export type Stopper = (typeof STOPPERS)[number];

/** What a script used, as far as the machine tells. */
export const Usage = Closed({
  /** The most memory at once, bytes: of the tree where a cgroup counts it, else of its largest process. */
  memory_bytes: OrNull(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })),
  /** Processor time of the tree, milliseconds. */
  cpu_ms: OrNull(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })),
});
export type Usage = Static<typeof Usage>;

export const FinishedEvent = Closed({
  type: Type.Literal('finished'),
  ...attemptRef,
  /** The last log seq of the attempt, 0 when it logged nothing: the end is accepted only after all of them. */
  last_seq: Type.Integer({ minimum: 0, maximum: 2 ** 31 - 1 }),
  ending: OneOf(ENDINGS),
  exit_code: OrNull(Type.Integer({ minimum: 0, maximum: 2 ** 32 - 1 })),
  /** `SIGKILL`, `SIGTERM`, … */
  signal: OrNull(Type.String({ maxLength: 16 })),
  /** Who asked for the end, if not the script itself. */
  stopped_by: OrNull(OneOf(STOPPERS)),
  /** Processes that a stop could not end, as `name (pid 123)`. */
  survivors: Type.Array(Type.String({ maxLength: 200 }), { maxItems: 50 }),
  /** Processes that a script which ended by itself left behind, as `name (pid 123)`. */
  left_running: Type.Array(Type.String({ maxLength: 200 }), { maxItems: 50 }),
  /** Why it could not start or is unknown: one sentence for people. */
  error: OrNull(Type.String({ maxLength: 2000 })),
  /**
   * Candidates for the script's result, up to 1 MiB each; the supervisor judges them (`judge` in result.ts). A
   * bot sends a last line only where `looksLikeResult` says so, the result file as it is.
   */
  result: Closed({
    file: OrNull(Type.String({ maxLength: RESULT_MAX_BYTES })),
    stdout: OrNull(Type.String({ maxLength: RESULT_MAX_BYTES })),
    stderr: OrNull(Type.String({ maxLength: RESULT_MAX_BYTES })),
  }),
  /** Run time by the bot's monotonic clock, milliseconds. */
  duration_ms: OrNull(Type.Integer({ minimum: 0 })),
  /** Bytes that came after `log_limit` and were not kept. */
  log_dropped_bytes: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
  /** The limit that was hit, as the kernel counted or the bot saw it (protocol 2). */
  limit: Type.Optional(OrNull(OneOf(LIMITS))),
  usage: Type.Optional(OrNull(Usage)),
  age_ms,
});
export type FinishedEvent = Static<typeof FinishedEvent>;

export const BotEvent = Type.Union([StartedEvent, LogEvent, FinishedEvent]);
export type BotEvent = Static<typeof BotEvent>;

export const EventsRequest = Closed({
  protocol: Type.Integer({ minimum: 1, maximum: 1000 }),
  /** In order: events of one attempt are applied one after the other. */
  events: Type.Array(BotEvent, { minItems: 1, maxItems: 1000 }),
  /** Whether the answer may bring work for the slots that these events freed: a poll less for each run. */
  more: Type.Optional(Type.Boolean()),
});
export type EventsRequest = Static<typeof EventsRequest>;

/** In a packed body: `size` bytes of those behind the JSON, in the order of the events, in place of `data`. */
export const PackedLogEvent = Closed({
  ...logFields,
  size: Type.Integer({ minimum: 1, maximum: 2 * LOG_CHUNK_MAX_BYTES }),
});
export type PackedLogEvent = Static<typeof PackedLogEvent>;

export const PackedEventsRequest = Closed({
  ...EventsRequest.properties,
  events: Type.Array(Type.Union([StartedEvent, PackedLogEvent, FinishedEvent]), {
    minItems: 1,
    maxItems: 1000,
  }),
});
export type PackedEventsRequest = Static<typeof PackedEventsRequest>;

/**
 * - `accepted`: stored, now or before (a repeated event is answered so again).
 * - `stale`: not the holder of this attempt: nothing changed; stop it and drop it.
 * - `gap`: log chunks are missing before this event: send again from `next_seq`.
 * - `late` (protocol 2): the attempt was given up as lost. Log is not stored any more; its end is, as evidence. A
 *   script that may go on (no `fence`) goes on.
 */
export const EventResult = Closed({
  status: OneOf(['accepted', 'stale', 'gap', 'late']),
  next_seq: Type.Optional(Type.Integer()),
});
export type EventResult = Static<typeof EventResult>;

/** Instructions are repeated by the next poll where this answer is lost, as those of a poll are. */
export const EventsResponse = Closed({
  protocol: Type.Integer(),
  results: Type.Array(EventResult),
  instructions: Type.Array(RunInstruction),
});
export type EventsResponse = Static<typeof EventsResponse>;

export const EnrollRequest = Closed({
  code: Type.String({ minLength: 1, maxLength: 200 }),
  hostname: Type.String({ minLength: 1, maxLength: 255, pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$' }),
});
export type EnrollRequest = Static<typeof EnrollRequest>;

export const EnrollResponse = Closed({
  host_id: Id,
  hostname: Type.String(),
  customer: Type.String(),
  credential: Type.String(),
});
export type EnrollResponse = Static<typeof EnrollResponse>;
