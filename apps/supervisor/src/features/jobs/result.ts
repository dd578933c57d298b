import { ArgusError, isEnded, type Job } from '@argus/contract';
import type { FastifyReply } from 'fastify';
import type { Bus } from '../../platform/bus.ts';
import { resultAnswer, type ResultWish } from './answer.ts';

/** Seconds that one answer may take, and redirects before 408, where the caller says nothing. */
const HOLD_MAX_S = 60;
const HOLD_FIRST_S = 10;
const REDIRECTS = 10;
/** Changes made through another supervisor ring no bell here: a look in this rhythm finds them. */
const LOOK_EVERY_MS = 1000;

export interface WaitQuery extends ResultWish {
  timeout?: number;
  limit?: number;
  counter?: number;
}

/** The address of a job's result by its own secret: no token is ever repeated in it. */
export function resultPath(id: string, secret: string, query: WaitQuery): string {
  const { parse, output, result, full, timeout, limit, counter } = query;
  const search = new URLSearchParams();
  const wish = { parse, output, result, full, timeout, limit, counter };
  for (const [name, value] of Object.entries(wish)) if (value !== undefined) search.set(name, String(value));
  return `/job/${id}/secret/${secret}/result?${search.toString()}`;
}

/** Sends who created a job to where its result will be. */
export function redirectToResult(reply: FastifyReply, job: Job & { secret: string }, query: WaitQuery) {
  const { timeout = HOLD_FIRST_S, limit = REDIRECTS } = query;
  return reply
    .code(303)
    .header('location', resultPath(job.id, job.secret, { ...query, timeout, limit, counter: 0 }))
    .send(job);
}

interface Waiter {
  bus: Bus;
  stopping: AbortSignal;
  /** Ends when the caller goes away. */
  signal: AbortSignal;
  read(): Promise<Job | undefined>;
}

/** The job once it has ended; undefined where the seconds ran out. */
async function ended(
  { bus, stopping, signal, read }: Waiter,
  id: string,
  seconds: number,
): Promise<Job | undefined> {
  const until = Date.now() + seconds * 1000;
  const gone = AbortSignal.any([signal, stopping]);
  // the bell first, then the look: an end between the two still rings
  using doorbell = bus.doorbell(`job:${id}`);
  for (;;) {
    const now = await read();
    if (now === undefined) throw new ArgusError('not_found', 'The job was deleted meanwhile.');
    if (isEnded(now.lifecycle)) return now;
    const left = until - Date.now();
    if (left <= 0 || gone.aborted) return undefined;
    await doorbell.wait(Math.min(left, LOOK_EVERY_MS), gone);
  }
}

/**
 * Waits until the job has ended and answers what it produced. A wait that runs out redirects to the same again
 * as often as `limit` says (at once with 408 where there is none), so that no proxy cuts a long answer.
 */
export async function answerResult(
  reply: FastifyReply,
  waiter: Waiter,
  job: { id: string; secret: string },
  query: WaitQuery,
): Promise<FastifyReply> {
  const seconds = Math.min(HOLD_MAX_S, Math.max(1, query.timeout ?? HOLD_MAX_S));
  const done = await ended(waiter, job.id, seconds);
  if (done !== undefined) return send(reply, done, query);
  // cut short by a stop of this supervisor: the same again is no new try
  const { aborted: stopped } = waiter.stopping;
  const counter = (query.counter ?? 0) + (stopped ? 0 : 1);
  if (query.limit === undefined || counter > query.limit)
    throw new ArgusError(stopped ? 'unavailable' : 'request_timeout');
  return reply
    .code(303)
    .header('location', resultPath(job.id, job.secret, { ...query, counter }))
    .send({});
}

function send(reply: FastifyReply, job: Job, wish: ResultWish): FastifyReply {
  const { status, headers, body, text } = resultAnswer(job, wish);
  // what a script produced is data: no browser may run it in this origin
  void reply.code(status).headers({
    'content-type': 'application/json; charset=utf-8',
    ...headers,
    'content-security-policy': 'sandbox',
    'x-content-type-options': 'nosniff',
  });
  return reply.send(text ? body : JSON.stringify(body));
}
