import type pg from 'pg';
import { addCustomer, crowd, fill, type Caller } from './crowd.ts';
import { openConnections, requestBytes, type HttpConnection } from './http.ts';
import type { Report } from './report.ts';
import { withDatabase } from './rows.ts';
import type { Server } from './server.ts';
import { median } from './statistics.ts';

const FEW = 1_000;
const PAGE = 100;
const ROUNDS = 150;
const WARM_UP_ROUNDS = 20;

/**
 * How long a page of 100 takes out of very many, beside the same page out of 1,000: an index leads to a page, so how
 * much lies beside it must not matter. Organizations with few and with many share the tables; their pages are asked
 * for in turns over one connection, so that whatever else the machine does strikes all alike.
 */
export async function lists(server: Server, report: Report): Promise<void> {
  await withDatabase(server, async (database) => {
    const few = await addCustomer(database, 'bench-few');
    await fill(server, database, few, FEW, FEW);
    const many = await crowd(server, database, report);

    const deep = await middleOf(database, many.id, 'jobs');
    const pages = {
      fewTasks: pageOf(server, few, 'task'),
      manyTasks: pageOf(server, many, 'task'),
      fewJobs: pageOf(server, few, 'job'),
      manyJobs: pageOf(server, many, 'job'),
      deepJobs: pageOf(server, many, 'job', deep),
    };
    const ms = await timesOf(server.url, pages);
    const line = (name: string, value: number, unit = 'ms') => report.line({ name, value, unit, n: ROUNDS });
    line('list_1k_tasks_ms', ms.fewTasks);
    line('list_10k_tasks_ms', ms.manyTasks);
    line('list_10k_tasks_over_1k', ms.manyTasks / ms.fewTasks, 'x');
    line('list_1k_jobs_ms', ms.fewJobs);
    line('list_1m_jobs_ms', ms.manyJobs);
    line('list_1m_jobs_deep_ms', ms.deepJobs);
    line('list_1m_jobs_over_1k', Math.max(ms.manyJobs, ms.deepJobs) / ms.fewJobs, 'x');
  });
}

async function middleOf(database: pg.Client, customerId: string, table: 'jobs' | 'tasks'): Promise<string> {
  const { rows } = await database.query<{ id: string }>(
    `select id from ${table} where customer_id = $1 order by id offset (select count(*) / 2 from ${table} where customer_id = $1) limit 1`,
    [customerId],
  );
  return (rows[0] as { id: string }).id;
}

function pageOf({ url }: Server, { name, token }: Caller, what: 'task' | 'job', cursor?: string): Buffer {
  const after = cursor === undefined ? '' : `&cursor=${cursor}`;
  return requestBytes('GET', `${url}/${name}/${what}?limit=${PAGE}${after}`, { token });
}

/** Milliseconds at the median of each request, asked in turns. @throws where an answer is no full page */
async function timesOf<K extends string>(
  url: string,
  requests: Record<K, Buffer>,
): Promise<Record<K, number>> {
  using open = await openConnections(url, 1);
  const connection = open.connections[0] as HttpConnection;
  const entries = Object.entries(requests) as [K, Buffer][];
  const times = new Map<K, number[]>(entries.map(([name]) => [name, []]));
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
    for (const [name, request] of entries) {
      const begin = performance.now();
      const { status, body } = await connection.send(request);
      const ms = performance.now() - begin;
      if (status !== 200) throw new Error(`${name} was answered ${status}: ${body.slice(0, 500)}`);
      if (round === 0 && (JSON.parse(body) as unknown[]).length !== PAGE)
        throw new Error(`${name} is no page of ${PAGE}`);
      if (round >= 0) times.get(name)?.push(ms);
    }
  }
  return Object.fromEntries([...times].map(([name, ms]) => [name, median(ms)])) as Record<K, number>;
}
