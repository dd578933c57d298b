import { setTimeout as wait } from 'node:timers/promises';
import { openFront } from './front.ts';
import { HttpConnection } from './http.ts';
import { newId } from './rows.ts';
import type { Server } from './server.ts';

const EVERY_MS = 200;

/** Looks at dispatch again and again while something else goes on. */
export interface Probe extends AsyncDisposable {
  /** From the request to the bot that waits, of each job since the last call; milliseconds. */
  take(): number[];
  /** Rejects when a job does not arrive as it must; resolves with the end. */
  readonly failure: Promise<void>;
}

export async function openProbe(server: Server, { everyMs = EVERY_MS } = {}): Promise<Probe> {
  const { client, url } = server;
  const hostname = `probe-${newId()}`;
  const { code } = await client.createEnrollment({ body: { hostname } });
  const { host_id: id, credential } = await client.enrollBot({ body: { code, hostname } });
  const front = await openFront(server, { id, credential }, { slots: 1, priority: 0 });
  const connection = await HttpConnection.open(url);
  let times: number[] = [];
  const stopping = new AbortController();
  async function probe(): Promise<void> {
    while (!stopping.signal.aborted) {
      const begin = performance.now();
      const [, { run, at }] = await Promise.all([front.make(connection), front.next()]);
      times.push(at - begin);
      await front.end(run);
      await wait(everyMs);
    }
  }
  const failure = probe();
  failure.catch(() => undefined);
  return {
    failure,
    take() {
      const taken = times;
      times = [];
      return taken;
    },
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await failure.catch(() => undefined);
      front[Symbol.dispose]();
      connection[Symbol.dispose]();
    },
  };
}
