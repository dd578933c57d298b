/**
 * Very many bots that have nothing to do, in one lean process, started by `idle-bots.ts`: a socket for each, which
 * holds a poll. Takes one message that says what they are, answers one when all of them hold their poll, and tells
 * at the end of the connection how it went.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { BotHealth, BotInfo, PollRequest } from '@argus/contract';
import { PROTOCOL_VERSION } from '@argus/contract/limits';
import { HttpConnection, requestBytes } from './http.ts';

export interface IdleOrder {
  url: string;
  credentials: string[];
  /** Over which they come, one after the other: their polls are then spread as those of bots that live long. */
  openMs: number;
}

const SLOTS = 10;
const info = (hostname: string): BotInfo => ({
  hostname,
  version: '0.1.0',
  os: 'linux',
  release: '6.1.0',
  arch: 'x64',
  run_user: 'argus-run',
  interpreters: { bash: '5.2.15', node: '26.10.0', perl: '5.36.0', python3: '3.11.2' },
});

/** As our own bots tell with each poll that was held so long, as long numbers. */
const health: BotHealth = {
  cpu_percent: 12.4,
  cpu_count: 16,
  load: 10.52,
  memory_total_bytes: 67_374_116_864,
  memory_available_bytes: 51_932_735_283,
  disk_total_bytes: 1_967_397_240_832,
  disk_free_bytes: 812_646_400_123,
  disk_min_free_bytes: 67_108_864,
};

let answers = 0;

async function pollForever(connection: HttpConnection, url: string, token: string, number: number) {
  const body: PollRequest = {
    protocol: PROTOCOL_VERSION,
    boot: randomBytes(12).toString('hex'),
    slots: SLOTS,
    attempts: [],
    health,
  };
  let request = requestBytes('POST', `${url}/bot/poll`, {
    token,
    body: { ...body, info: info(`idle-${number}`) },
  });
  const later = requestBytes('POST', `${url}/bot/poll`, { token, body });
  for (;;) {
    const answer = await connection.send(request);
    if (answer.status !== 200) throw new Error(`a poll was answered ${answer.status}: ${answer.body}`);
    answers++;
    request = later;
  }
}

async function open({ url, credentials, openMs }: IdleOrder): Promise<void> {
  const begin = performance.now();
  for (const [place, credential] of credentials.entries()) {
    const connection = await HttpConnection.open(url);
    void pollForever(connection, url, credential, place + 1);
    await wait(Math.max(0, begin + (openMs * place) / credentials.length - performance.now()));
  }
}

process.once('message', (order: IdleOrder) => {
  void open(order).then(() => process.send?.('open'));
  process.on('message', () => process.send?.(answers));
});
process.once('disconnect', () => process.exit(0));
