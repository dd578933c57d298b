import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { until } from '@argus/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startFleet, type Fleet, type Supervisor } from './fleet.ts';

let fleet: Fleet;
beforeAll(async () => {
  fleet = await startFleet(2);
});
afterAll(() => fleet?.[Symbol.asyncDispose]());

async function taskOf(content: string): Promise<string> {
  const script = await fleet.client.createScript({ body: { filename: 'script.sh', content } });
  const { id } = await fleet.client.createTask({
    body: { name: 'fleet', host_id: fleet.host, script_id: script.id, run_as: 'bash %script%' },
  });
  return id;
}

/** The one that the bot's poll hangs on, and the other. */
async function sides(): Promise<[withBot: Supervisor, other: Supervisor]> {
  const [a, b] = fleet.supervisors as [Supervisor, Supervisor];
  return until(async () => {
    if ((await a.botsWaiting()) > 0) return [a, b] as [Supervisor, Supervisor];
    return (await b.botsWaiting()) > 0 && ([b, a] as [Supervisor, Supervisor]);
  });
}

/** Waits for a job's result as curl does that is called again whenever it fails: with the same address. */
async function resultOf(address: string): Promise<string> {
  for (let url = address; ;) {
    const response = await fetch(url, { redirect: 'manual' }).catch(() => undefined);
    const body = await response?.text().catch(() => undefined);
    if (response === undefined || body === undefined || response.status >= 500) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      continue;
    }
    const location = response.headers.get('location');
    if (response.status !== 303 || location === null) return body;
    url = new URL(location, address).href;
  }
}

test('supervisors that start at the same moment on an empty database become one instance', async () => {
  const seen = await Promise.all(
    fleet.supervisors.map(async ({ client }) => {
      const [status, tasks, tokens] = await Promise.all([
        client.getStatus(),
        client.listTasks(),
        client.listTokens(),
      ]);
      return { id: status.supervisor, tasks: tasks.map(({ id }) => id), tokens: tokens.length };
    }),
  );
  const [one, other] = seen;
  expect(one?.id).not.toBe(other?.id);
  expect(one?.tasks.length).toBeGreaterThan(0);
  expect(other?.tasks).toEqual(one?.tasks);
  expect(seen.map(({ tokens }) => tokens)).toEqual([1, 1]);
});

test('when a supervisor is killed, its bot, reader and waiting callers go on with the other', async () => {
  const orders = join(fleet.scratch, 'orders');
  await appendFile(orders, '');
  // says what it is told, line by line, until it is told the end
  const task = await taskOf(
    `exec 3< <(tail -n +1 -f ${orders}); while read -r line <&3; do [ "$line" = end ] && break; echo "$line"; done; echo '["told"]'`,
  );
  const [victim, survivor] = await sides();
  const job = await fleet.client.runTask({ params: { id: task }, body: {} });
  const address = `${fleet.balancer.url}/job/${job.id}/secret/${job.secret}/result?timeout=30&limit=50`;
  const waiting = Promise.all([fleet.client.waitForJob(job.id), resultOf(address)]);
  let text = '';
  const reading = (async () => {
    for await (const event of fleet.client.followLog(job.id))
      if (event.type === 'log') text += event.piece.text;
  })();
  const say = async (line: string) => {
    await appendFile(orders, `${line}\n`);
    await until(() => text.endsWith(`${line}\n`), { timeoutMs: 60_000 });
  };
  await say('begun');

  await victim.kill();
  await say('after the kill');
  await until(async () => (await survivor.botsWaiting()) === 1);
  // a new run goes out as ever
  const quick = await fleet.client.runTask({ params: { id: await taskOf('echo hello') }, body: {} });
  expect(await fleet.client.waitForJob(quick.id)).toMatchObject({ state: 'success', attempt: 1 });
  // and one that comes back is in use again
  await victim.start();
  expect(await victim.client.getJob({ params: { id: job.id } })).toMatchObject({ lifecycle: 'started' });

  await appendFile(orders, 'end\n');
  const [ended, result] = await waiting;
  await reading;
  expect(ended).toMatchObject({ state: 'success', attempt: 1, output: ['told'] });
  expect(result).toBe('"told"');
  expect(text).toBe('begun\nafter the kill\n["told"]\n');
  const log = await fleet.client.getJobLog({ params: { id: job.id } });
  expect(await log.text()).toBe(text);
});

test('a supervisor that is stopped sends its bot to the other', async () => {
  const [stopped, other] = await sides();
  await stopped.stop();
  await until(async () => (await other.botsWaiting()) === 1);
  const job = await fleet.client.runTask({ params: { id: await taskOf('echo hello') }, body: {} });
  expect(await fleet.client.waitForJob(job.id)).toMatchObject({ state: 'success' });
});
