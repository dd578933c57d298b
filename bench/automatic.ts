import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Job } from '@argus/contract';
import { measureBare, startBareServer } from './bare.ts';
import { readStamp, STAMP_SCRIPT } from './clock.ts';
import { HttpConnection, requestBytes, sendJson } from './http.ts';
import type { Report } from './report.ts';
import { addBots, addScript, addTasks, firstCustomer, withDatabase, type StoredBot } from './rows.ts';
import { CUSTOMER, type Server } from './server.ts';
import { median, quantile } from './statistics.ts';

/** Rounds take turns, bare and ours: the speed of a shared machine drifts. */
const CHAIN_ROUNDS = 6;
const PER_ROUND = 10;
const WARM_UP = 20;
const FAN_OUT = 1000;
const FAN_OUTS = 3;
const SCHEDULES = 10_000;
const LOOK_EVERY_MS = 20;
/** Chains are followed at rest; milliseconds. */
const SETTLE_MS = 30;
/** The last thing that it does is to read the clock. */
const STAMP_END_SCRIPT = `#!/bin/bash
printf '["%s.next"]\\n' "$1"
echo "$EPOCHREALTIME" >"$1"
`;

/** What starts by itself: the next task of a chain, a thousand tasks by one end, ten thousand schedules of one minute. */
export async function automatic(server: Server, report: Report): Promise<void> {
  await chain(server, report);
  await fanOut(server, report);
  await schedules(server, report);
}

/**
 * From the last command of a script to the first one of the script that its success starts; beside it the same with
 * nothing between them but two commits and a call, in turns.
 */
async function chain(server: Server, report: Report): Promise<void> {
  const { client, url, token, bot, scratch } = server;
  const task = async (name: string, content: string, more: object = {}) => {
    const script = await client.createScript({ body: { filename: `${name}.sh`, content } });
    const task_arguments = [{ type: 'input' as const, order: 0, label: 'file' }];
    return client.createTask({ body: { name, host_id: bot, script_id: script.id, task_arguments, ...more } });
  };
  const first = await task('first', STAMP_END_SCRIPT);
  await task('next', STAMP_SCRIPT, { triggers: [{ task: first.id, event: 'success' }] });
  const programs = [join(scratch, 'first.sh'), join(scratch, 'next.sh')] as const;
  for (const [place, content] of [STAMP_END_SCRIPT, STAMP_SCRIPT].entries()) {
    await writeFile(programs[place] as string, content);
    await chmod(programs[place] as string, 0o755);
  }
  await using bareServer = await startBareServer(await server.database());
  using connection = await HttpConnection.open(url);
  const runOnce = async (index: number) => {
    const file = join(scratch, `chain.${index}`);
    const body = { task_arguments: [file] };
    (await sendJson(
      connection,
      requestBytes('POST', `${url}/${CUSTOMER}/task/${first.id}/job`, { token, body }),
    )) as Job;
    const next = await stampOf(`${file}.next`);
    const ms = next - (await readStamp(file));
    await wait(SETTLE_MS);
    return ms;
  };
  for (let index = 0; index < WARM_UP; index++) await runOnce(index);

  const bare: number[] = [];
  const ours: number[] = [];
  for (let round = 0; round < CHAIN_ROUNDS; round++) {
    const { values } = await measureBare(
      'chain',
      String(PER_ROUND),
      programs[0],
      scratch,
      programs[1],
      bareServer.url,
    );
    bare.push(...values);
    for (let index = 0; index < PER_ROUND; index++)
      ours.push(await runOnce(WARM_UP + round * PER_ROUND + index));
  }
  const n = ours.length;
  report.line({ name: 'bare_chain_p50_ms', value: median(bare), unit: 'ms', n });
  report.line({ name: 'chain_p50_ms', value: median(ours), unit: 'ms', n });
  report.line({ name: 'chain_p99_ms', value: quantile(ours, 0.99), unit: 'ms', n });
  report.line({ name: 'chain_over_bare', value: median(ours) / median(bare), unit: 'x', n });
}

async function stampOf(file: string): Promise<number> {
  for (;;) {
    try {
      return await readStamp(file);
    } catch {
      await wait(LOOK_EVERY_MS);
    }
  }
}

/** From the end of one job, as it is stored, until all that it starts is in the queue of a bot that never comes. */
async function fanOut(server: Server, report: Report): Promise<void> {
  const { client, bot } = server;
  const seconds: number[] = [];
  for (let round = 0; round < FAN_OUTS; round++) {
    const script = await client.createScript({ body: { filename: 'nothing.sh', content: '#!/bin/true\n' } });
    const emitter = await client.createTask({
      body: { name: 'emitter', host_id: bot, script_id: script.id },
    });
    const event = (await client.listEvents()).find(
      ({ emitter_id, name }) => emitter_id === emitter.id && name === 'success',
    );
    await withDatabase(server, async (database) => {
      const customer = await firstCustomer(database);
      const [host] = (await addBots(database, customer, `fan-${round}`, 1)) as [StoredBot];
      const tasks = await addTasks(database, customer, {
        hosts: [host.id],
        count: FAN_OUT,
        multitasking: true,
        script: await addScript(database, customer),
        salt: `fan ${round}`,
      });
      await database.query('update tasks set triggers = array[$2] where id = any($1)', [tasks, event?.id]);
      const job = await client.runTask({ params: { id: emitter.id } });
      const all = `select count(*)::integer as n, extract(epoch from clock_timestamp() - (select finished_at from jobs where id = $2)) as seconds
        from jobs where host_id = $1`;
      for (;;) {
        await wait(LOOK_EVERY_MS);
        const { rows } = await database.query<{ n: number; seconds: string }>(all, [host.id, job.id]);
        if (rows[0]?.n !== FAN_OUT) continue;
        seconds.push(Number(rows[0].seconds));
        return;
      }
    });
  }
  report.line({ name: 'fanout_1000_s', value: median(seconds), unit: 's', n: FAN_OUTS });
}

/** From their due time until each of them has its job. */
async function schedules(server: Server, report: Report): Promise<void> {
  await withDatabase(server, async (database) => {
    const customer = await firstCustomer(database);
    const [host] = (await addBots(database, customer, 'scheduled', 1)) as [StoredBot];
    const [task] = await addTasks(database, customer, {
      hosts: [host.id],
      count: 1,
      multitasking: true,
      script: await addScript(database, customer),
      salt: 'scheduled',
    });
    await database.query(
      `insert into schedules (id, customer_id, task_id, kind, repeat_every, timezone, next_run_at, created_by)
       select lpad(to_hex(n), 24, '0'), $1, $2, 'cron', (n % 60) || ' 3 * * *', 'Europe/Berlin', date_trunc('second', now()) + interval '3 seconds', 'bench'
       from generate_series(1, $3::integer) n`,
      [customer.id, task, SCHEDULES],
    );
    const { rows: due } = await database.query<{ at: Date }>(
      'select min(next_run_at) as at from schedules where task_id = $1',
      [task],
    );
    const left = `select count(*)::integer as n, extract(epoch from clock_timestamp() - $2::timestamptz) as seconds
      from schedules where task_id = $1 and next_run_at <= $2`;
    for (;;) {
      await wait(LOOK_EVERY_MS * 5);
      const { rows } = await database.query<{ n: number; seconds: string }>(left, [task, due[0]?.at]);
      if (rows[0]?.n !== 0) continue;
      report.line({ name: 'schedules_10k_s', value: Number(rows[0].seconds), unit: 's', n: SCHEDULES });
      break;
    }
    const { rows } = await database.query<{ jobs: number; once: number }>(
      'select count(*)::integer as jobs, count(distinct schedule_id)::integer as once from jobs where task_id = $1',
      [task],
    );
    if (rows[0]?.jobs !== SCHEDULES || rows[0].once !== SCHEDULES)
      throw new Error(`${SCHEDULES} schedules made ${rows[0]?.jobs} jobs of ${rows[0]?.once}`);
    await database.query('delete from schedules where task_id = $1', [task]);
  });
}
