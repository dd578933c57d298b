import { randomBytes } from 'node:crypto';
import { constants, zstdCompressSync } from 'node:zlib';
import type { LogSearch } from '@argus/contract';
import pg from 'pg';
import type { Report } from './report.ts';
import type { Server } from './server.ts';
import { median, quantile } from './statistics.ts';

const GIB = 1024 ** 3;
/** As a bot cuts it. */
const CHUNK_BYTES = 256 * 1024;
/** Text is made once and stored eight times: making all of it would take longer than all that is measured. */
const COPIES = 8;
const BATCH = 32;
const OPENINGS = 20;
const PAGE = 250;
const SEARCHES = 3;

/**
 * Reading a log of 1 GiB, stored as chunks of ordinary log text: how long it takes to open it anywhere by line number
 * (a page of 250 lines), and to search all of it for a text, and for a pattern, that are in one line of eight million.
 */
export async function logRead(server: Server, report: Report): Promise<void> {
  const { id } = await server.client.runTask({ params: { id: await aTask(server) } });
  await server.client.waitForJob(id);
  const database = new pg.Client(await server.database());
  await database.connect();
  try {
    report.say('  a log of 1 GiB is written');
    const { lines, ratio } = await store(database, id);
    report.line({ name: 'log_text_over_stored', value: ratio, unit: 'x', n: COPIES });
    report.line({ name: 'log_lines', value: lines, unit: '', n: 1 });

    const opened: number[] = [];
    for (let round = 0; round < OPENINGS; round++) {
      const from_line = Math.floor(((round * 7 + 3) % OPENINGS) * (lines / OPENINGS));
      const begin = performance.now();
      const page = await server.client.listJobLogLines({
        params: { id },
        query: { from_line, limit: PAGE },
      });
      opened.push(performance.now() - begin);
      if (page.lines.length !== PAGE || page.lines[0]?.line !== from_line)
        throw new Error(`line ${from_line} was not opened`);
    }
    report.line({ name: 'log_open_ms', value: median(opened), unit: 'ms', n: OPENINGS });
    report.line({ name: 'log_open_p99_ms', value: quantile(opened, 0.99), unit: 'ms', n: OPENINGS });

    const search = async (name: string, query: { q: string; regex?: boolean; ignore_case?: boolean }) => {
      const times: number[] = [];
      // the first one starts the threads
      for (let round = -1; round < SEARCHES; round++) {
        const begin = performance.now();
        let lines = 0;
        // an answer ends after 10 s: a machine that has other work to do needs more than one
        for (let from_line: number | null = 0; from_line !== null;) {
          const found: LogSearch = await server.client.searchJobLog({
            params: { id },
            query: { ...query, from_line, total: true },
          });
          lines += found.total?.lines ?? 0;
          from_line = found.next_line;
        }
        if (round >= 0) times.push(performance.now() - begin);
        if (lines !== 1) throw new Error(`${name} found ${lines} lines`);
      }
      report.line({ name, value: median(times), unit: 'ms', n: SEARCHES });
    };
    await search('log_search_1gib_ms', { q: 'checksum mismatch of block' });
    await search('log_search_case_1gib_ms', { q: 'CHECKSUM mismatch', ignore_case: true });
    await search('log_search_pattern_1gib_ms', { q: 'mismatch of block \\d+ in [a-z]+$', regex: true });
  } finally {
    await database.query('delete from log_chunks where job_id = $1', [id]);
    await database.end();
  }
}

async function aTask(server: Server): Promise<string> {
  const script = await server.client.createScript({ body: { filename: 'nothing.sh', content: 'true\n' } });
  const task = await server.client.createTask({
    body: { name: 'A long log', host_id: server.bot, script_id: script.id, run_as: 'bash %script%' },
  });
  return task.id;
}

/** Writes the chunks of the log, with one line in the middle that is like no other. */
async function store(database: pg.Client, jobId: string): Promise<{ lines: number; ratio: number }> {
  const texts = cut(ordinaryText(GIB / COPIES));
  const chunks = texts.map(pack);
  const odd = pack(
    Buffer.from('2026-11-24T09:30:00.000Z ERROR [store] checksum mismatch of block 4711 in attic\n'),
  );
  let [seq, offset, line] = [0, 0, 0];
  const rows: { seq: number; offset: number; line: number; chunk: Packed }[] = [];
  for (let copy = 0; copy < COPIES; copy++)
    for (const chunk of copy === COPIES / 2 ? [odd, ...chunks] : chunks) {
      rows.push({ seq: ++seq, offset, line, chunk });
      offset += chunk.bytes;
      line += chunk.lines;
    }
  await database.query('delete from log_chunks where job_id = $1', [jobId]);
  for (let at = 0; at < rows.length; at += BATCH) await insert(database, jobId, rows.slice(at, at + BATCH));
  await database.query('update attempts set log_seq = $2, log_bytes = $3, log_lines = $4 where job_id = $1', [
    jobId,
    seq,
    offset,
    line,
  ]);
  await database.query('analyze log_chunks');
  const stored = rows.reduce((sum, { chunk }) => sum + chunk.data.length, 0);
  return { lines: line, ratio: offset / stored };
}

async function insert(
  database: pg.Client,
  jobId: string,
  rows: { seq: number; offset: number; line: number; chunk: Packed }[],
): Promise<void> {
  const values: unknown[] = [jobId];
  const places = rows.map(({ seq, offset, line, chunk }) => {
    values.push(seq, offset, line, chunk.bytes, chunk.lines, chunk.data);
    const [a, b, c, d, e, f] = Array.from({ length: 6 }, (_, at) => `$${values.length - 5 + at}`);
    return `($1, 1, ${a}, 'stdout', ${b}, ${c}, ${d}, ${e}, now(), 'zstd', ${f})`;
  });
  await database.query(
    `insert into log_chunks (job_id, attempt, seq, stream, log_offset, line, bytes, lines, at, encoding, data) values ${places.join(', ')}`,
    values,
  );
}

interface Packed {
  bytes: number;
  lines: number;
  data: Buffer;
}

function pack(text: Buffer): Packed {
  const data = zstdCompressSync(text, { params: { [constants.ZSTD_c_compressionLevel]: 1 } });
  let lines = 0;
  for (let at = text.indexOf(10); at !== -1; at = text.indexOf(10, at + 1)) lines++;
  return { bytes: text.length, lines, data };
}

function cut(text: Buffer): Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 0; at < text.length;) {
    const end = text.subarray(at, at + CHUNK_BYTES).lastIndexOf(10) + 1;
    chunks.push(text.subarray(at, at + end));
    at += end;
  }
  return chunks;
}

const PARTS = ['cache', 'index', 'queue', 'session', 'upload', 'shard', 'lease', 'router'];
const LINES: ((pick: () => number) => string)[] = [
  (pick) =>
    `request GET /api/v2/objects/${pick()} from 10.0.${pick() % 250}.7 answered 200 in ${pick() % 90} ms`,
  (pick) => `worker ${pick() % 16} took job ${pick()} of tenant-${pick() % 40}, ${pick() % 200} are waiting`,
  (pick) => `flushed segment ${pick()} with ${pick() % 5000} entries, ${pick() % 900} KiB`,
  (pick) => `connection to replica-${pick() % 8} lost, next try in ${pick() % 30} s`,
  (pick) => `lease of ${pick()} renewed until the next heartbeat`,
];

/** Lines as servers write them: few kinds, with times, numbers and names in them. */
function ordinaryText(bytes: number): Buffer {
  const text = Buffer.allocUnsafe(bytes + 512);
  const noise = new Uint32Array(randomBytes(64 * 1024).buffer);
  let turn = 0;
  // a multiplication keeps one pool of random numbers from repeating
  const pick = () => ((noise[turn++ % noise.length] as number) ^ Math.imul(turn, 2654435761)) >>> 12;
  let at = 0;
  let now = Date.UTC(2026, 10, 24);
  while (at < bytes) {
    now += pick() % 25;
    const part = PARTS[pick() % PARTS.length] as string;
    const level = pick() % 20 === 0 ? 'WARN ' : 'INFO ';
    const line = LINES[pick() % LINES.length] as (typeof LINES)[number];
    at += text.write(`${new Date(now).toISOString()} ${level} [${part}] ${line(pick)}\n`, at, 'latin1');
  }
  return text.subarray(0, text.lastIndexOf(10, bytes - 1) + 1);
}
