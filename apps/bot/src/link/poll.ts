import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { AttemptRef, BotHealth, BotInfo, Instruction, PollRequest, PollResponse } from '@argus/contract';
import { PROTOCOL_VERSION } from '@argus/contract/limits';
import { nowNs } from '../clock.ts';
import { reasonOf, type Log } from '../log.ts';
import type { Presence } from '../presence.ts';
import { Backoff } from './backoff.ts';
import { Refused } from './http.ts';
import type { VersionedHttp } from './versions.ts';

/** Where the supervisor does not say how long it holds a poll; a link that says nothing for longer is half-open. */
const HOLD_MAX_MS = 55_000;
/** How long an answer may take beyond that. */
const ANSWER_MS = 20_000;
/** The next poll leaves the processor to the scripts that it brought, but not for long: it may bring a stop. */
const GIVE_WAY_MS = 20;
/** How the machine is changes all the time: it is told with a poll, but not with each; nanoseconds. */
const HEALTH_EVERY_NS = 15e9;
/** With a problem the bot does not name what it cannot keep, and is told it again at once, each time. */
const PROBLEM_PAUSE_MS = 1_000;

export interface PollerParts {
  http: VersionedHttp;
  log: Log;
  presence: Presence;
  /** Names this run of the machine, where it has a name. */
  machine: string | undefined;
  /** How the machine is at the moment. */
  health: () => BotHealth;
  attempts: () => PollRequest['attempts'];
  /** Whether it holds this attempt, be it in the journal yet or not. */
  knows: (attempt: AttemptRef) => boolean;
  /** Whether the bot holds nothing at all. */
  isEmpty: () => boolean;
  /** Must at once lead to what `attempts` gives, so that the next poll names the new ones. Resolves when they start. */
  take: (instructions: Instruction[], sentAtNs: number) => Promise<void>;
  /** A request that was sent at this time and named these attempts was answered. */
  renewed: (sentAtNs: number, named: Iterable<Pick<AttemptRef, 'job' | 'attempt'>>) => void;
}

/**
 * Asks for instructions, one poll at a time, until the signal, or until a draining bot has nothing left and the
 * supervisor has nothing for it: then true.
 */
export async function pollForever(
  { http, log, presence, machine, health, attempts, knows, isEmpty, take, renewed }: PollerParts,
  signal: AbortSignal,
): Promise<boolean> {
  const boot = randomBytes(12).toString('hex');
  const backoff = new Backoff();
  let told: { info: BotInfo; version: number } | undefined;
  let healthToldNs = Number.NEGATIVE_INFINITY;
  let complaint: string | undefined;
  let missed: AttemptRef[] = [];
  // how long polls are held: those that name attempts, and those that name none
  const holds = { busy: HOLD_MAX_MS, idle: HOLD_MAX_MS };
  // what changed is said at once: the held poll is cut, and what its answer may have brought comes with the next one
  let poll = new AbortController();
  const cut = () => poll.abort();
  presence.onChange(cut);
  signal.addEventListener('abort', cut, { once: true });
  while (!signal.aborted) {
    poll = new AbortController();
    const { info, slots, isDraining } = presence;
    const unknown = missed.filter((attempt) => !knows(attempt));
    const isTold = told?.info === info && told.version === http.version;
    const sentAtNs = nowNs();
    const tellsHealth = !isTold || sentAtNs - healthToldNs >= HEALTH_EVERY_NS;
    const body: PollRequest = {
      protocol: PROTOCOL_VERSION,
      boot,
      ...(machine !== undefined && { machine }),
      slots,
      attempts: attempts(),
      ...(unknown.length > 0 && { unknown }),
      ...(isDraining && { draining: true }),
      ...(!isTold && { info }),
      ...(tellsHealth && { health: health() }),
    };
    const kind = body.attempts.length > 0 ? 'busy' : 'idle';
    try {
      const answer = await http.json<PollResponse>({
        method: 'POST',
        path: '/bot/poll',
        body,
        timeoutMs: holds[kind] + ANSWER_MS,
        signal: poll.signal,
      });
      const { instructions } = answer;
      missed = answer.missed ?? [];
      holds[kind] = Math.min(answer.hold_ms ?? HOLD_MAX_MS, HOLD_MAX_MS);
      renewed(sentAtNs, body.attempts);
      if (told === undefined || complaint !== undefined) log.info('connected to the supervisor');
      told = { info, version: http.version };
      if (tellsHealth) healthToldNs = sentAtNs;
      complaint = undefined;
      backoff.reset();
      const { promise: late, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, GIVE_WAY_MS);
      await Promise.race([take(instructions, sentAtNs), late]);
      clearTimeout(timer);
      if (isDraining && presence.isDraining && instructions.length === 0 && isEmpty()) return true;
      if (presence.problem !== undefined)
        await pause(PROBLEM_PAUSE_MS, undefined, { signal }).catch(() => {});
    } catch (error) {
      if (signal.aborted) return false;
      if (poll.signal.aborted) continue;
      const sentence = sentenceFor(error);
      if (sentence !== complaint) log.warn(sentence, { reason: reasonOf(error) });
      complaint = sentence;
      await backoff.wait(error, signal);
    }
  }
  return false;
}

function sentenceFor(error: unknown): string {
  if (error instanceof Refused && error.status === 401)
    return 'the credential of this bot was revoked: enrol it again with --enroll';
  return 'the supervisor does not answer, the bot keeps trying';
}
