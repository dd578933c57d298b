import { setTimeout as pause } from 'node:timers/promises';
import { Doorbell, type Bus } from '../../platform/bus.ts';
import type { Log } from '../../platform/log.ts';
import type { LiveQueries } from './queries.ts';

/** The key of a call that wrote: the organization, and the words of the call's path. */
const WRITTEN = 'changed:';
/** Jobs that change within this time are looked up together. */
const GATHER_MS = 20;
/** So many jobs at once belong to anybody: each organization that is looked at looks again. */
const LOOKED_UP_MAX = 1_000;
/** What a job's change is to the readers of lists. */
const JOB = 'job';

/** Somebody who looks at an organization. */
export interface Watcher extends Disposable {
  /** Resolves when something has changed, after `ms` milliseconds, or when the signal aborts. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
  /** What has changed since the last time it was taken. */
  take(): string[];
}

/** Tells who looks at an organization that something of it has changed: what kind of thing, never which. */
export interface Hub extends Disposable {
  /** A call of an organization has written: `topics` are the words of its path. */
  written(customerId: string, topics: readonly string[]): void;
  watch(customerId: string): Watcher;
}

interface Seen {
  customerId: string;
  topics: Set<string>;
  bell: Doorbell;
}

/**
 * Nothing is kept: whoever was away reads anew what is in sight. Calls say what they wrote; of a job or run that moved only
 * its id is called out, so its organization is looked up, and only while somebody looks.
 */
export function createHub({ bus, queries, log }: { bus: Bus; queries: LiveQueries; log: Log }): Hub {
  const seen = new Set<Seen>();
  const moved = { jobs: new Set<string>(), runs: new Set<string>() };
  let looking = false;

  function tell(topics: readonly string[], whose?: (customerId: string) => boolean): void {
    for (const each of seen) {
      if (whose && !whose(each.customerId)) continue;
      for (const topic of topics) each.topics.add(topic);
      each.bell.ring();
    }
  }

  function note(set: Set<string>, id: string | undefined): void {
    if (seen.size === 0) return;
    // so much changed at another supervisor that it does not say what
    if (id === undefined) return tell([JOB]);
    set.add(id);
    if (looking) return;
    looking = true;
    void lookUp().finally(() => (looking = false));
  }

  async function lookUp(): Promise<void> {
    while (moved.jobs.size + moved.runs.size > 0) {
      await pause(GATHER_MS);
      const [jobs, runs] = [[...moved.jobs], [...moved.runs]];
      moved.jobs.clear();
      moved.runs.clear();
      if (jobs.length + runs.length > LOOKED_UP_MAX) {
        tell([JOB]);
        continue;
      }
      try {
        const customers = new Set(await queries.customersOf({ jobs, runs }));
        tell([JOB], (id) => customers.has(id));
      } catch (error) {
        log.debug({ err: error }, 'whose jobs moved is not known');
        tell([JOB]);
      }
    }
  }

  const calls = [
    bus.everyCall('job:', (id) => note(moved.jobs, id)),
    bus.everyCall('run:', (id) => note(moved.runs, id)),
    bus.everyCall(WRITTEN, (rest) => {
      const [customerId, ...topics] = rest?.split(':') ?? [];
      // where too much was written elsewhere to say what, `job:` tells
      if (customerId !== undefined) tell(topics, (id) => id === customerId);
    }),
  ];

  return {
    written: (customerId, topics) => bus.publish([WRITTEN + customerId, ...topics].join(':')),
    watch(customerId) {
      const bell = new Doorbell(() => undefined);
      const each: Seen = { customerId, topics: new Set(), bell };
      seen.add(each);
      return {
        wait: (ms, signal) => bell.wait(ms, signal),
        take() {
          const topics = [...each.topics];
          each.topics.clear();
          return topics;
        },
        [Symbol.dispose]: () => void seen.delete(each),
      };
    },
    [Symbol.dispose]() {
      for (const each of calls) each[Symbol.dispose]();
    },
  };
}
