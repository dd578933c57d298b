import type { Job, RunInstruction } from '@argus/contract';
import { startFakeBot, type FakeBot } from './fake-bot.ts';
import { requestBytes, sendJson, type HttpConnection } from './http.ts';
import type { StoredBot } from './rows.ts';
import { CUSTOMER, type Server } from './server.ts';

/** A run that came to a bot. */
interface Arrival {
  run: RunInstruction;
  /** When, by `performance.now()`. */
  at: number;
}

/** A fake bot with a task of its own, both in this process: what passes between them is measured by one clock. */
export interface Front extends Disposable {
  /** Makes a job of the task. */
  make(connection: HttpConnection): Promise<Job>;
  /** The next run that comes. */
  next(): Promise<Arrival>;
  /** Resolves when the end was accepted. */
  end(run: RunInstruction): Promise<void>;
}

export async function openFront(
  server: Server,
  { id, credential }: StoredBot,
  { slots, priority }: { slots: number; priority: number },
): Promise<Front> {
  const { client, token, url } = server;
  const script = await client.createScript({ body: { filename: id, content: '#!/bin/true\n' } });
  const task = await client.createTask({
    body: { name: id, host_id: id, script_id: script.id, priority },
  });
  const create = requestBytes('POST', `${url}/${CUSTOMER}/task/${task.id}/job`, { token, body: {} });
  let arrived = Promise.withResolvers<Arrival>();
  let ended = Promise.withResolvers<void>();
  const bot: FakeBot = await startFakeBot({
    urls: [url],
    credential,
    slots,
    lanes: 1,
    maxEvents: 200,
    take: (run) => arrived.resolve({ run, at: performance.now() }),
    ended: () => ended.resolve(),
    failed: () => undefined,
  });
  return {
    make: async (connection) => (await sendJson(connection, create)) as Job,
    async next() {
      const arrival = await Promise.race([arrived.promise, bot.failure]);
      arrived = Promise.withResolvers();
      return arrival;
    },
    async end(run) {
      ended = Promise.withResolvers();
      bot.end(run);
      await Promise.race([ended.promise, bot.failure]);
    },
    [Symbol.dispose]: () => bot[Symbol.dispose](),
  };
}
