import { setTimeout as wait } from 'node:timers/promises';
import {
  ArgusError,
  nextAttempt,
  secretNames,
  textsOfRequest,
  textsOfSecret,
  withSecrets,
  type HttpRequest,
  type Message,
} from '@argus/contract';
import { Hidden } from '@argus/contract/masks';
import { startChore } from '../../platform/chore.ts';
import { isDatabaseDown } from '../../platform/database.ts';
import type { Platform } from '../../platform/platform.ts';
import { step } from '../../platform/step.ts';
import { maskedValues, openArguments } from '../jobs/index.ts';
import { missingSecret, type OpenSecrets } from '../secrets/index.ts';
import { openDefinitions } from '../tasks/index.ts';
import { sendRequest } from './http.ts';
import { endOfMessage, putMessage, type NotifyParts } from './notify.ts';
import { builtinQueries, type BuiltinEnd, type BuiltinJob } from './queries.ts';

/** Requests of one supervisor at once. */
const AT_ONCE = 20;
const LOOK_MS = 1000;
/** How a request went is known here alone: while the database is away, it is told again so often. */
const AGAIN_MS = 250;
/** A supervisor that is not heard of for this long has died, and took its requests with it. */
const LEASE_S = 15;
/** A supervisor that is told to stop has 8 s. */
const DRAIN_MS = 3000;

export interface Builtin extends AsyncDisposable {
  /** A job was made that a supervisor does. */
  kick(): void;
  /** Deliveries of a job are settled. */
  settled(jobId: string): void;
}

/**
 * Does what needs no bot: HTTP requests and notifications. A job is claimed with a lease; where the supervisor dies, its
 * messages are put by another, which puts none twice, and a request that nobody knows the outcome of ends as lost.
 */
export function createBuiltin(
  platform: Pick<Platform, 'db' | 'log' | 'box' | 'bus' | 'metrics' | 'outbound'>,
  parts: NotifyParts & { ended(): void; secrets: OpenSecrets },
): Builtin {
  const { db, log, box, bus, metrics, outbound } = platform;
  const queries = builtinQueries(db);
  const running = new Map<string, { abort: AbortController; done: Promise<void> }>();
  const messages = new Map<string, BuiltinJob>();
  let closed = false;
  let claiming: Promise<void> | undefined;
  let again = false;

  function claim(): void {
    if (closed) return;
    if (claiming !== undefined) {
      again = true;
      return;
    }
    again = false;
    claiming = claimSome()
      .catch((error: unknown) => {
        if (!isDatabaseDown(error)) log.warn({ err: error }, 'could not take up what needs no bot');
      })
      .finally(() => {
        claiming = undefined;
        if (again) claim();
      });
  }

  async function claimSome(): Promise<void> {
    const free = AT_ONCE - running.size;
    if (free <= 0) return;
    const jobs = await queries.claim(free, LEASE_S);
    if (jobs.length > 0) step('builtin.claimed');
    for (const job of jobs) begin(job);
    again ||= jobs.length === free;
  }

  function begin(job: BuiltinJob): void {
    bus.publish(`job:${job.id}`);
    const abort = new AbortController();
    const done = carryOut(job, abort.signal)
      .catch((error: unknown) => log.error({ err: error, job: job.id }, 'a job that needs no bot failed'))
      .finally(() => {
        running.delete(job.id);
        if (again) claim();
      });
    running.set(job.id, { abort, done });
  }

  async function carryOut(job: BuiltinJob, stop: AbortSignal): Promise<void> {
    const definitions = openDefinitions(box, job.definitions);
    const labels = definitions.map(({ label }) => label);
    const values = openArguments(box, job.arguments).map((value) => (typeof value === 'string' ? value : ''));
    if (job.type === 'notification') {
      await putMessage(parts, job, job.settings.notification as Message, { values, labels });
      step('builtin.done');
      messages.set(job.id, job);
      await settle(job);
      return;
    }
    const request = job.settings.request as HttpRequest;
    const fixed = values.filter((_value, place) => definitions[place]?.type === 'fixed');
    const named = secretNames([...textsOfRequest(request), ...fixed]);
    const secrets = await parts.secrets(job.customer_id, named);
    const missing = missingSecret(named, secrets);
    if (missing !== undefined) return finish(job, ended('terminated', 'error', 'not_started', missing));
    const filled = values.map((value, place) =>
      definitions[place]?.type === 'fixed' ? withSecrets(value, secrets) : value,
    );
    const hidden = new Hidden([
      ...maskedValues(box, job.arguments),
      ...[...secrets.values()].flatMap(textsOfSecret),
    ]);
    try {
      void hidden.compiled;
    } catch (error) {
      return finish(job, ended('terminated', 'error', 'not_started', (error as Error).message));
    }
    const timeout = AbortSignal.timeout(job.timeout * 1000);
    const signal = AbortSignal.any([stop, timeout]);
    let end: BuiltinEnd;
    try {
      end = await sendRequest(outbound, request, { values: filled, labels, secrets, hidden }, signal);
    } catch (error) {
      // whoever stopped it has ended it
      if (stop.aborted) return;
      if (timeout.aborted)
        end = ended('terminated', 'timeout', 'timeout', `gave no answer within ${job.timeout} s`);
      else if (error instanceof ArgusError)
        end = ended('finished', 'failure', 'remote_failed', hidden.text(error.message));
      else throw error;
    }
    step('builtin.done');
    await finish(job, end, stop);
  }

  /** `stop`: until then it insists, where the database is away. */
  async function finish(job: BuiltinJob, end: BuiltinEnd, stop?: AbortSignal): Promise<void> {
    const next =
      end.state === 'success'
        ? undefined
        : nextAttempt(
            { state: end.state as 'failure', reason_code: end.reason_code ?? '' },
            job.attempt,
            job.policy.retries,
            Math.random(),
          );
    const outcome: BuiltinEnd =
      next === undefined
        ? end
        : {
            ...end,
            lifecycle: 'ready',
            state: 'in_progress',
            reason: `attempt ${job.attempt} of at most ${(job.policy.retries?.limit ?? 0) + 1}: ${end.reason}; the next one follows in ${Math.round(next.delay)} s`,
            delay: next.delay,
            output: [],
          };
    if (!(await insisting(() => queries.end(job, outcome), stop))) return;
    bus.publish(`job:${job.id}`);
    if (next !== undefined) return;
    metrics.jobsEnded.inc({ state: end.state });
    parts.ended();
  }

  async function settle(job: BuiltinJob): Promise<void> {
    const end = await endOfMessage(parts.letters, job.id);
    if (end === undefined) return;
    messages.delete(job.id);
    await finish(job, end);
  }

  /** Keeps leases, stops what is to stop, and takes up what others left. */
  async function look(): Promise<void> {
    claim();
    const mine = [...running.keys(), ...messages.keys()];
    if (mine.length > 0) {
      await queries.renew(mine, LEASE_S);
      const goingOn = await queries.goingOn(mine);
      for (const id of mine)
        if (!goingOn.has(id)) {
          running.get(id)?.abort.abort();
          messages.delete(id);
        }
      for (const job of messages.values()) await settle(job);
    }
    for (const job of await queries.abandoned()) {
      if (running.has(job.id) || messages.has(job.id)) continue;
      if (job.type === 'notification') {
        await queries.renew([job.id], LEASE_S);
        begin(job);
      } else {
        const reason = 'the supervisor that sent the request stopped before it had an answer';
        await finish(job, ended('terminated', 'error', 'lost', reason));
      }
    }
  }

  const looking = startChore(log, {
    everyMs: LOOK_MS,
    run: look,
    failed: 'could not look after what needs no bot',
  });
  return {
    kick: claim,
    settled(jobId) {
      const job = messages.get(jobId);
      if (job !== undefined)
        void settle(job).catch((error: unknown) => log.warn({ err: error }, 'could not end a notification'));
    },
    async [Symbol.asyncDispose]() {
      closed = true;
      looking[Symbol.dispose]();
      await claiming;
      const all = Promise.all([...running.values()].map(({ done }) => done));
      // what is still under way then is told of by another, once its lease is over
      await Promise.race([all, wait(DRAIN_MS, undefined, { ref: false })]);
      for (const { abort } of running.values()) abort.abort();
      await all;
    },
  };
}

/** Does it again while the database is away, until `stop`. */
async function insisting<T>(work: () => Promise<T>, stop: AbortSignal | undefined): Promise<T> {
  for (;;)
    try {
      return await work();
    } catch (error) {
      if (stop === undefined || stop.aborted || !isDatabaseDown(error)) throw error;
      await wait(AGAIN_MS);
    }
}

function ended(
  lifecycle: BuiltinEnd['lifecycle'],
  state: BuiltinEnd['state'],
  reason_code: string,
  reason: string,
): BuiltinEnd {
  return { lifecycle, state, reason_code, reason, output: [], delay: null };
}
