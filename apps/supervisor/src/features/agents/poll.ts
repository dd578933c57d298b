import type { ServerResponse } from 'node:http';
import type { AgentJob, Instruction, Operations, RunInstruction } from '@argus/contract';
import type { Handler } from '../../platform/http/operations.ts';
import type { Platform } from '../../platform/platform.ts';
import type { Arrival, DispatchCounter } from '../dispatch/index.ts';
import {
  cancelUndelivered,
  handOver,
  noteAgent,
  noteBegun,
  takeBack,
  type ClaimedJob,
} from '../jobs/index.ts';
import { hostOf } from './credentials.ts';
import { withDataUrls, type FileServices } from './files.ts';
import { filenameForAgent, runAsForAgent } from './rules.ts';

/** Agents give up after 15 s, and poll each 10 s. */
const HOLD_MS = 9_000;

export interface PollServices extends FileServices {
  counter: DispatchCounter;
  instructionFor(job: ClaimedJob): Promise<RunInstruction | undefined>;
  /** The MD5 of a script's content, hex. */
  md5(sha256: string): Promise<string>;
}

export interface AgentPolls extends AsyncDisposable {
  handler: Handler<Operations['takeAgentJobs']>;
}

/**
 * Hands jobs to agents (the states are in ARCHITECTURE.md). An agent that has a job never says so, hence:
 *
 * - Before the answer is written, its attempts are taken for it in the database, each by one answer only. Should the
 *   supervisor end here, they count as handed over: in doubt a job is not run twice.
 * - Where the connection ends before the last byte was given to the system, the agent cannot have understood the
 *   answer: they go back, and the next poll gets them.
 * - Where it was written, the jobs have started.
 */
export function agentPolls(
  platform: Platform,
  { counter, instructionFor, md5, ...files }: PollServices,
): AgentPolls {
  const { db, bus, log } = platform;
  const settling = new Set<Promise<void>>();

  async function instructionsFor(jobs: readonly ClaimedJob[]): Promise<RunInstruction[]> {
    const made = jobs.map((job) =>
      instructionFor(job).catch((error: unknown) => {
        log.error({ err: error, job: job.id }, 'no instruction could be made; the next poll tries again');
        return undefined;
      }),
    );
    return (await Promise.all(made)).filter((instruction) => instruction !== undefined);
  }

  /** Those of the offered runs that this answer takes, as the agent reads them. */
  async function take(hostId: string, given: readonly RunInstruction[]) {
    const made = await Promise.all(given.map((run) => withDataUrls(files, hostId, run)));
    const offered = made.filter((run) => run !== undefined);
    const digests = await Promise.all(offered.map(({ script }) => md5(script.sha256)));
    const { taken, running } = await handOver(db, hostId, offered.map(refOf));
    const runs: RunInstruction[] = [];
    const jobs: AgentJob[] = [];
    offered.forEach((run, index) => {
      if (!taken.has(run.job)) return;
      runs.push(run);
      jobs.push(agentJob(run, filenameForAgent(run.script, running), digests[index] as string));
      running.push(run.script);
    });
    return { runs, jobs };
  }

  /** Somebody asked to stop what the agent did not get yet. */
  async function cancel(hostId: string): Promise<void> {
    for (const { id } of await cancelUndelivered(db, hostId)) bus.publish(`job:${id}`);
    counter.wake(hostId);
  }

  /** Notes what became of an answer; another poll of the agent may get what this one could not deliver. */
  function settle(hostId: string, runs: readonly RunInstruction[], written: boolean): void {
    const noting = (async () => {
      if (written) {
        for (const { id } of await noteBegun(db, runs.map(refOf))) bus.publish(`job:${id}`);
        return;
      }
      await takeBack(db, runs.map(refOf));
      log.info({ host: hostId, jobs: runs.length }, 'an agent’s poll broke off; its jobs wait for the next');
      for (const run of runs) counter.tell(hostId, run);
    })()
      .catch((error: unknown) =>
        log.warn({ err: error, host: hostId, written }, 'what became of an answer could not be noted'),
      )
      .finally(() => settling.delete(noting));
    settling.add(noting);
  }

  function watch(answer: ServerResponse, hostId: string, runs: readonly RunInstruction[]): void {
    answer.once('close', () => settle(hostId, runs, answer.writableFinished));
  }

  return {
    async handler({ caller, query, request, reply, signal, note }) {
      const host = hostOf(caller, query.hostname, note);
      using arrival = counter.arrive(host.id);
      let offered = await instructionsFor(await noteAgent(db, host.id));
      // an answer without a body hands nothing over
      if (request.method === 'HEAD') return { jobs: [] };
      const until = performance.now() + HOLD_MS;
      for (;;) {
        const told = await waitFor(arrival, {
          ms: Math.max(0, until - performance.now()),
          first: offered,
          signal,
        });
        offered = told.filter((instruction) => instruction.type === 'run');
        if (signal.aborted) {
          for (const run of offered) counter.tell(host.id, run);
          return { jobs: [] };
        }
        if (told.length > offered.length) await cancel(host.id);
        if (offered.length > 0) {
          const { runs, jobs } = await take(host.id, offered);
          if (signal.aborted) settle(host.id, runs, false);
          else if (runs.length > 0) watch(reply.raw, host.id, runs);
          return { jobs };
        }
        // empty: time is up, or a newer poll waits in this one's place
        if (told.length === 0) return { jobs: [] };
      }
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(settling);
    },
  };
}

/** Waits at the counter for what there is to tell. */
async function waitFor(
  arrival: Arrival,
  { ms, first, signal }: { ms: number; first: readonly Instruction[]; signal: AbortSignal },
): Promise<Instruction[]> {
  const { promise, resolve } = Promise.withResolvers<Instruction[]>();
  const end = arrival.wait({
    pools: [],
    ms,
    first,
    hasWork: true,
    done: ({ instructions }) => resolve(instructions),
  });
  if (signal.aborted) end();
  signal.addEventListener('abort', end);
  try {
    return await promise;
  } finally {
    signal.removeEventListener('abort', end);
  }
}

function refOf({ job, attempt }: RunInstruction): { id: string; attempt: number } {
  return { id: job, attempt };
}

function agentJob(run: RunInstruction, filename: string, md5: string): AgentJob {
  return {
    _type: 'ScriptJob',
    id: run.job,
    name: run.name,
    task_id: run.task_id,
    // the digest in the id: what is downloaded is what this job runs, whatever became of the script since
    script: { id: `${run.script.id}-${run.script.sha256}`, filename, md5 },
    script_runas: runAsForAgent(run.run_as),
    task_arguments_values: run.args,
    env: run.env,
    timeout: run.timeout * 1000,
    agent_logging: false,
  };
}
