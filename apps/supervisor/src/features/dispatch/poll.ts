import {
  ArgusError,
  OLDEST_PROTOCOL,
  PROTOCOL_VERSION,
  type Instruction,
  type Operations,
} from '@argus/contract';
import { createBatcher } from '../../platform/batcher.ts';
import type { Handler } from '../../platform/http/operations.ts';
import type { Platform } from '../../platform/platform.ts';
import { endForgotten, noteHeld, type HeldAttempt, type Presence } from '../jobs/index.ts';
import type { DispatchCounter } from './counter.ts';
import { cancelInstruction, type instructionMaker } from './instructions.ts';

// A poll renews leases, which are shown as late after 45 s: while attempts run, polls come at least each 15 s.
const HOLD_IDLE_MS = 25_000;
const HOLD_RUNNING_MS = 10_000;

export function assertProtocol(protocol: number): void {
  if (protocol < OLDEST_PROTOCOL || protocol > PROTOCOL_VERSION) {
    throw new ArgusError(
      'upgrade_required',
      `This supervisor speaks bot protocol ${OLDEST_PROTOCOL} to ${PROTOCOL_VERSION}, the bot ${protocol}: upgrade the older one.`,
    );
  }
}

/** Answers polls: what the bot must be told again, what it must forget, and then what there is to do. */
export function pollHandler(
  platform: Platform,
  counter: DispatchCounter,
  instructionFor: ReturnType<typeof instructionMaker>,
): Handler<Operations['pollBot']> {
  const { db, bus, log } = platform;
  const held = createBatcher<Presence, HeldAttempt[]>((presences) => noteHeld(db, presences), {
    max: 500,
    concurrency: 2,
  });

  return async ({ caller, body, signal }) => {
    assertProtocol(body.protocol);
    const { boot, slots, attempts, protocol } = body;
    const info = body.info ? { ...body.info, protocol } : null;
    const holding = await held({ host_id: caller.hostId, boot, slots, info, attempts });
    const first = await reconcile(holding, attempts);
    // it waits for the word that nothing is on its way to it, and then ends
    if (body.draining && attempts.length === 0 && first.length === 0) return { protocol, instructions: [] };
    const instructions = await counter.wait(
      caller.hostId,
      attempts.length > 0 ? HOLD_RUNNING_MS : HOLD_IDLE_MS,
      first,
      signal,
    );
    return { protocol: body.protocol, instructions };
  };

  async function reconcile(
    holding: readonly HeldAttempt[],
    named: readonly { job: string; attempt: number; lease: string }[],
  ): Promise<Instruction[]> {
    const key = ({ job, attempt, lease }: { job: string; attempt: number; lease: string }) =>
      `${job}.${attempt}.${lease}`;
    const namedKeys = new Set(named.map(key));
    const heldKeys = new Set(holding.map(({ id, attempt, lease }) => key({ job: id, attempt, lease })));
    const instructions: Instruction[] = [];
    for (const attempt of holding) {
      const isNamed = namedKeys.has(key({ job: attempt.id, attempt: attempt.attempt, lease: attempt.lease }));
      if (!isNamed && attempt.delivered) {
        // it was told and said so, and does not know any more: it will never report
        await endForgotten(
          db,
          attempt.id,
          attempt.attempt,
          'the bot lost its journal and knows nothing of this job any more',
        );
        bus.publish(`job:${attempt.id}`);
        log.warn(
          { job: attempt.id, attempt: attempt.attempt, host: attempt.host_id },
          'a bot no longer knows an attempt it held',
        );
        continue;
      }
      if (!isNamed) instructions.push(await instructionFor(attempt));
      if (attempt.stop_requested) instructions.push(cancelInstruction(attempt));
    }
    for (const { job, attempt, lease } of named) {
      if (!heldKeys.has(key({ job, attempt, lease })))
        instructions.push({ type: 'forget', job, attempt, lease });
    }
    return instructions;
  }
}
