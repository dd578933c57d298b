import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createClient } from '@argus/client';
import type { Round } from './plan.ts';
import type { Stage } from './stage.ts';
import { argumentsOf, type JobSpec } from './workload.ts';

/** Callers at once. */
const CALLERS = 3;
/** How long a caller waits for an answer, and how long it repeats its call, milliseconds. */
const ANSWER_MS = 4_000;
const GIVE_UP_MS = 45_000;
/** How long the script of a job that is to be stopped while it runs may take to come. */
const BEGIN_MS = 10_000;

/** What a caller asked for, and was told. */
export interface Call {
  call: string;
  spec: JobSpec;
  /** Id of the job, once acknowledged. */
  job: string | undefined;
  cancel: 'none' | 'asked' | 'acknowledged';
  followed: string | null;
}

export interface Callers {
  calls: readonly Call[];
  /** How many runs were acknowledged. */
  acknowledged(): number;
  /** Resolves when all is asked for. */
  done: Promise<void>;
  /** Ends following; resolves when nobody follows any more. */
  stopFollowing(): Promise<void>;
}

/**
 * Asks for the jobs of a round, in their order, as careful callers do: each call has its key and is repeated until it is
 * answered. `onJob` is told each id that was acknowledged.
 */
export function callFor(stage: Stage, round: Round, onJob: (id: string) => void): Callers {
  const calls = round.jobs.map((spec, index): Call => ({
    call: `${round.number}.${index}`,
    spec,
    job: undefined,
    cancel: 'none',
    followed: null,
  }));
  const over = new AbortController();
  const client = createClient({ baseUrl: stage.callers, token: stage.token, customer: stage.customer });
  const following: Promise<void>[] = [];
  const stopping: Promise<void>[] = [];
  const waiting = [...calls];
  let acknowledged = 0;

  async function work(): Promise<void> {
    for (let call = waiting.shift(); call; call = waiting.shift()) {
      const made = await answered<{ id: string }>(
        'POST',
        `/task/${stage.tasks.get(call.spec.task)}/job`,
        { task_arguments: argumentsOf(call.spec, call.call) },
        { 'idempotency-key': `${stage.home} ${call.call}`.replaceAll(/[^\x21-\x7e]/g, '-') },
      );
      if (made?.status !== 200) continue;
      call.job = made.body.id;
      acknowledged++;
      onJob(call.job);
      if (call.spec.isFollowed) following.push(follow(call, call.job));
      if (call.spec.cancel !== null) stopping.push(stop(call, call.job, call.spec.cancel));
    }
  }

  async function stop(call: Call, job: string, when: NonNullable<JobSpec['cancel']>): Promise<void> {
    const giveUp = performance.now() + BEGIN_MS;
    while (when === 'while it runs' && !existsSync(join(stage.witness, job)) && performance.now() < giveUp)
      await pause(20);
    call.cancel = 'asked';
    const told = await answered('PUT', `/job/${job}/cancel`);
    if (told?.status === 204) call.cancel = 'acknowledged';
  }

  async function follow(call: Call, job: string): Promise<void> {
    let text = '';
    try {
      for await (const event of client.followLog(job, { signal: over.signal }))
        if (event.type === 'log') text += event.piece.text;
      call.followed = text;
    } catch {
      // it was still waiting when the round was over: a half-open link is noticed after a minute
    }
  }

  /** Repeats a call until it is answered with something that a repetition would not change. */
  async function answered<T>(
    method: string,
    path: string,
    body?: object,
    headers: Record<string, string> = {},
  ): Promise<{ status: number; body: T } | undefined> {
    for (const until = performance.now() + GIVE_UP_MS; performance.now() < until; await pause(100)) {
      try {
        const response = await fetch(`${stage.callers}/${stage.customer}${path}`, {
          method,
          headers: {
            ...headers,
            authorization: `Bearer ${stage.token}`,
            ...(body && { 'content-type': 'application/json' }),
          },
          ...(body && { body: JSON.stringify(body) }),
          signal: AbortSignal.timeout(ANSWER_MS),
        });
        const text = await response.text();
        if (response.status >= 500 || response.status === 429) continue;
        return { status: response.status, body: (text === '' ? undefined : JSON.parse(text)) as T };
      } catch {
        // asked again
      }
    }
    return undefined;
  }

  return {
    calls,
    acknowledged: () => acknowledged,
    done: Promise.all(Array.from({ length: CALLERS }, work)).then(
      async () => void (await Promise.all(stopping)),
    ),
    async stopFollowing() {
      over.abort();
      await Promise.all(following);
    },
  };
}
