import { promisify } from 'node:util';
import { zstdCompress } from 'node:zlib';
import { ArgusError, type Operations } from '@argus/contract';
import { Hidden } from '@argus/contract/masks';
import type { Handler } from '../../platform/http/operations.ts';
import type { Platform } from '../../platform/platform.ts';
import type { Audit } from '../audit/index.ts';
import type { EventTaker, MaskedJob, ReceivedEvent, ReceivedLog } from '../dispatch/index.ts';
import { jobOfAgent, noteBegun, type JobQueries } from '../jobs/index.ts';
import { hostOf } from './credentials.ts';
import { cutLog, presentable, readAgentResult, type AgentEnding } from './rules.ts';

const compress = promisify(zstdCompress);

/** Characters of a late result's log that the audit keeps. */
const LATE_LOG_MAX = 2000;

export interface ResultServices {
  take: EventTaker;
  audit: Audit;
  jobs: Pick<JobQueries, 'find'>;
  /** What nothing that comes of a job may show: agents know of no masks. */
  masksOf(job: MaskedJob): Promise<string[]>;
  /** The agent has a free slot. */
  wake(hostId: string): void;
}

/**
 * Takes the result of a job in the words of our own bots: log chunks and an end, stored in one statement. An agent
 * sends it once and loses it on any answer but 2xx; one that comes too late is kept in the audit.
 */
export function agentResults(
  { db, bus }: Pick<Platform, 'db' | 'bus'>,
  { take, audit, jobs, masksOf, wake }: ResultServices,
): Handler<Operations['endAgentJob']> {
  async function masksOfJob(id: string): Promise<string[]> {
    const job = await jobs.find(id);
    if (job === undefined) return [];
    const { run_id, step: step_id } =
      job.cause?.type === 'workflow' ? job.cause : { run_id: null, step: null };
    return masksOf({ ...job, run_id, step_id });
  }

  return async ({ caller, params, body, note, address }) => {
    const host = hostOf(caller, undefined, note);
    const known = await jobOfAgent(db, params.id, host.id);
    if (known === undefined) throw new ArgusError('not_found', 'This is no job of this bot.');
    const { ending, log } = hiding(await masksOfJob(params.id), readAgentResult(body.result));
    const parts = cutLog(log);
    for (;;) {
      const job = await jobOfAgent(db, params.id, host.id);
      if (job === undefined) throw new ArgusError('not_found', 'This is no job of this bot.');
      if (!job.held) {
        audit.record({
          action: 'job.late_result',
          caller,
          address,
          outcome: 'done',
          target: { type: 'job', id: params.id },
          details: {
            attempt: job.attempt,
            outcome: job.outcome,
            exit_code: ending.exit_code,
            signal: ending.signal,
            timeout: ending.stopped_by === 'timeout',
            log_bytes: parts.reduce((sum, { bytes }) => sum + bytes.length, 0),
            log_end: presentable(log.slice(-LATE_LOG_MAX), LATE_LOG_MAX),
          },
        });
        return {};
      }
      // a result says that it had started, even where the answer with the job did not seem to arrive
      if (job.lifecycle === 'assigned') await noteBegun(db, [{ id: params.id, attempt: job.attempt }]);
      const ref = { job: params.id, attempt: job.attempt, lease: job.lease };
      const events: ReceivedEvent[] = [
        ...(await logEvents(ref, parts)),
        { type: 'finished', ...ref, ...ending, last_seq: parts.length },
      ];
      const results = await take(host.id, events);
      if (results.at(-1)?.status !== 'accepted') continue;
      bus.publish(`job:${params.id}`);
      wake(host.id);
      return {};
    }
  };
}

/** A result in which none of these values stands: the log came whole, so none is cut in two. */
function hiding(
  masks: readonly string[],
  { ending, log }: { ending: AgentEnding; log: string },
): { ending: AgentEnding; log: string } {
  const hidden = new Hidden(masks);
  if (hidden.isEmpty) return { ending, log };
  try {
    void hidden.compiled;
  } catch (error) {
    const result = { file: null, stdout: null, stderr: null };
    return {
      ending: { ...ending, result, error: null },
      log: `(the log is not kept: ${(error as Error).message})\n`,
    };
  }
  const { result, error } = ending;
  return {
    ending: {
      ...ending,
      result: { ...result, stdout: result.stdout === null ? null : hidden.result(result.stdout) },
      error: error === null ? null : hidden.text(error),
    },
    log: hidden.text(log),
  };
}

/** The whole log as chunks; agents do not tell stdout from stderr. */
async function logEvents(
  ref: { job: string; attempt: number; lease: string },
  parts: ReturnType<typeof cutLog>,
): Promise<ReceivedLog[]> {
  const events: ReceivedLog[] = [];
  let offset = 0;
  let line = 0;
  for (const { bytes, lines } of parts) {
    const data = await compress(bytes);
    events.push({
      type: 'log',
      ...ref,
      seq: events.length + 1,
      stream: 'stdout',
      offset,
      line,
      bytes: bytes.length,
      lines,
      encoding: 'zstd',
      data,
      age_ms: 0,
    });
    offset += bytes.length;
    line += lines;
  }
  return events;
}
