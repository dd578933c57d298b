import { setTimeout as sleep } from 'node:timers/promises';
import { isEnded } from '@argus/contract';
import type { Bus } from '../../platform/bus.ts';
import { eventStream, HEARTBEAT_MS, type EventStream } from '../../platform/http/event-stream.ts';
import type { Handlers } from '../../platform/http/operations.ts';
import type { Platform } from '../../platform/platform.ts';
import { jobView, visibleJob, type JobQueries } from '../jobs/index.ts';
import type { Hub, Watcher } from './hub.ts';

/** The first change after a silence is told at once, what follows it together. */
const TOGETHER_MS = 100;
/** A job that runs is looked at this often without any call: another supervisor may have stored its log. */
const LOOK_EVERY_MS = 1_000;

export function liveRoutes(
  { bus, stopping }: Platform,
  jobs: JobQueries,
  hub: Hub,
): Pick<Handlers, 'watchChanges'> {
  return {
    async watchChanges({ caller, query, reply, signal: gone }) {
      const job = query.job === undefined ? undefined : await visibleJob(jobs, caller, query.job);
      const signal = AbortSignal.any([gone, stopping]);
      await watch(eventStream(reply, signal), hub.watch(caller.customer.id), job?.id, signal);
      return reply;
    },
  };

  async function watch(
    stream: EventStream,
    watched: Watcher,
    id: string | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    using watcher = watched;
    await stream.send('ready', '{}');
    await Promise.all([
      tellChanges(stream, watcher, signal),
      id !== undefined && tellJob(stream, { bus, jobs, id, signal }),
    ]);
    stream.close();
  }
}

async function tellChanges(
  { send, comment }: EventStream,
  watcher: Watcher,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await watcher.wait(HEARTBEAT_MS, signal);
    const changed = watcher.take();
    if (signal.aborted) break;
    if (changed.length === 0) await comment();
    else await send('changed', JSON.stringify(changed));
    await sleep(TOGETHER_MS, undefined, { signal }).catch(() => undefined);
  }
}

interface Told {
  bus: Bus;
  jobs: JobQueries;
  id: string;
  signal: AbortSignal;
}

/** Sends a job at each change, until it has ended. */
async function tellJob({ send }: EventStream, { bus, jobs, id, signal }: Told): Promise<void> {
  using bell = bus.doorbell(`job:${id}`);
  let shown = '';
  while (!signal.aborted) {
    const row = await jobs.find(id);
    if (row === undefined) return;
    const job = jobView(row);
    const text = JSON.stringify(job);
    if (text !== shown) await send('job', text);
    shown = text;
    if (isEnded(job.lifecycle)) return;
    await sleep(TOGETHER_MS, undefined, { signal }).catch(() => undefined);
    await bell.wait(LOOK_EVERY_MS, signal);
  }
}
