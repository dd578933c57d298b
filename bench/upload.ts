import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { Job } from '@argus/contract';
import type { Report } from './report.ts';
import { CUSTOMER, type Server } from './server.ts';
import { median } from './statistics.ts';

const FILE_BYTES = 64 * 1024 * 1024;
const PIECE_BYTES = 64 * 1024;
const ROUNDS = 3;
/** Until what a start left behind has settled, milliseconds. */
const SETTLE_MS = 5_000;

/**
 * How far the supervisor's memory rises above what it was while a file of 64 MiB comes in as multipart and goes out to
 * the bot: the peak that the kernel saw. Each round is on a supervisor just started.
 */
export async function upload(server: Server, report: Report): Promise<void> {
  const task = await makeTask(server);
  const rises: number[] = [];
  const rates: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    await server.restart();
    // code is loaded and compiled once, whatever the size
    await runWith(server, task, 1024);
    await wait(SETTLE_MS);
    const before = await memoryMb(server.pid, 'VmRSS');
    // makes the kernel forget the highest value so far
    await writeFile(`/proc/${server.pid}/clear_refs`, '5');
    const begin = performance.now();
    await runWith(server, task, FILE_BYTES);
    rates.push(FILE_BYTES / 1e6 / ((performance.now() - begin) / 1000));
    rises.push((await memoryMb(server.pid, 'VmHWM')) - before);
  }
  report.line({ name: 'upload_64mib_rss_mb', value: Math.max(...rises), unit: 'MB', n: ROUNDS });
  report.line({ name: 'upload_mb_per_s', value: median(rates), unit: 'MB/s', n: ROUNDS });
}

async function makeTask({ client, bot }: Server): Promise<string> {
  const script = await client.createScript({
    body: { filename: 'size.sh', content: '#!/bin/sh\nwc -c < "$1"\n' },
  });
  const task = await client.createTask({
    body: {
      name: 'Take a file',
      host_id: bot,
      script_id: script.id,
      run_as: 'sh %script%',
      task_arguments: [{ type: 'file', label: 'File' }],
    },
  });
  return task.id;
}

/** Uploads a file of this size for a run, and waits until the bot has run with it. */
async function runWith(server: Server, task: string, bytes: number): Promise<void> {
  const job = await send(server, task, bytes);
  const { state, reason } = await server.client.waitForJob(job.id);
  if (state !== 'success') throw new Error(`the job ended with ${state}: ${reason}`);
}

/** Piece by piece and by hand: what makes a form of it would hold it whole. */
async function send({ url, token }: Server, task: string, bytes: number): Promise<Job> {
  const head = Buffer.from(
    '--b\r\ncontent-disposition: form-data; name="task_arguments[]"; filename="a"\r\ncontent-type: application/octet-stream\r\n\r\n',
  );
  const tail = Buffer.from('\r\n--b--\r\n');
  const piece = randomBytes(PIECE_BYTES);
  const answer = Promise.withResolvers<Job>();
  const outgoing = httpRequest(
    `${url}/${CUSTOMER}/task/${task}/job`,
    {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'multipart/form-data; boundary=b',
        'content-length': head.length + bytes + tail.length,
      },
    },
    (incoming) => {
      void incoming.toArray().then((parts: Buffer[]) => {
        const text = Buffer.concat(parts).toString();
        if (incoming.statusCode === 200) answer.resolve(JSON.parse(text) as Job);
        else answer.reject(new Error(`answered ${incoming.statusCode}: ${text.slice(0, 500)}`));
      }, answer.reject);
    },
  );
  outgoing.on('error', answer.reject);
  outgoing.write(head);
  for (let left = bytes; left > 0; left -= PIECE_BYTES) {
    if (!outgoing.write(piece.subarray(0, left)))
      await new Promise((resolve) => outgoing.once('drain', resolve));
  }
  outgoing.end(tail);
  return answer.promise;
}

/** Megabytes (10^6 bytes) of a process that are resident now, or were at most. */
async function memoryMb(pid: number, field: 'VmRSS' | 'VmHWM'): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return (Number(new RegExp(`^${field}:\\s*(\\d+) kB`, 'm').exec(status)?.[1]) * 1024) / 1e6;
}
