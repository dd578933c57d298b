import { randomBytes } from 'node:crypto';
import type { AttemptRef, BotInfo, Instruction, PollRequest, PollResponse } from '@argus/contract';
import { PROTOCOL_VERSION } from '@argus/contract/limits';
import { nowNs } from '../clock.ts';
import { reasonOf, type Log } from '../log.ts';
import { Backoff } from './backoff.ts';
import { Refused, type Http } from './http.ts';

/** The supervisor holds a poll up to 55 s; a link that says nothing for longer is half-open. */
const TIMEOUT_MS = 75_000;
/** The next poll leaves the processor to the scripts that it brought, but not for long: it may bring a stop. */
const GIVE_WAY_MS = 20;

export interface PollerParts {
  http: Http;
  log: Log;
  slots: number;
  info: BotInfo;
  /** Names this run of the machine, where it has a name. */
  machine: string | undefined;
  attempts: () => PollRequest['attempts'];
  /** Must at once lead to what `attempts` gives, so that the next poll names the new ones. Resolves when they start. */
  take: (instructions: Instruction[], sentAtNs: number) => Promise<void>;
  /** A request that was sent at this time and named these attempts was answered. */
  renewed: (sentAtNs: number, named: Iterable<Pick<AttemptRef, 'job' | 'attempt'>>) => void;
}

/** Asks for instructions until the signal, one poll at a time. */
export async function pollForever(
  { http, log, slots, info, machine, attempts, take, renewed }: PollerParts,
  signal: AbortSignal,
): Promise<void> {
  const boot = randomBytes(12).toString('hex');
  const backoff = new Backoff();
  let isKnown = false;
  let complaint: string | undefined;
  while (!signal.aborted) {
    const body: PollRequest = {
      protocol: PROTOCOL_VERSION,
      boot,
      ...(machine !== undefined && { machine }),
      slots,
      attempts: attempts(),
      ...(!isKnown && { info }),
    };
    const sentAtNs = nowNs();
    try {
      const { instructions } = await http.json<PollResponse>({
        method: 'POST',
        path: '/bot/poll',
        body,
        timeoutMs: TIMEOUT_MS,
        signal,
      });
      renewed(sentAtNs, body.attempts);
      if (!isKnown || complaint !== undefined) log.info('connected to the supervisor');
      isKnown = true;
      complaint = undefined;
      backoff.reset();
      const { promise: late, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, GIVE_WAY_MS);
      await Promise.race([take(instructions, sentAtNs), late]);
      clearTimeout(timer);
    } catch (error) {
      if (signal.aborted) return;
      const sentence = sentenceFor(error);
      if (sentence !== complaint) log.warn(sentence, { reason: reasonOf(error) });
      complaint = sentence;
      await backoff.wait(error, signal);
    }
  }
}

function sentenceFor(error: unknown): string {
  if (error instanceof Refused && error.status === 401)
    return 'the credential of this bot was revoked: enrol it again with --enroll';
  return 'the supervisor does not answer, the bot keeps trying';
}
