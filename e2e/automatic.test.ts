import { createClient, type Client } from '@argus/client';
import type { Cause } from '@argus/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startServer, type Server } from './server.ts';

let server: Server;
let client: Client;

beforeAll(async () => {
  server = await startServer();
  client = createClient({ baseUrl: server.url, token: server.token, customer: server.customer });
});
afterAll(() => server?.[Symbol.asyncDispose]());

async function taskOf(name: string, more: object = {}): Promise<string> {
  const [host] = await client.listHosts();
  const script = await client.createScript({ body: { filename: 'out.sh', content: 'echo \'["out"]\'' } });
  const { id } = await client.createTask({
    body: { name, host_id: host?.id ?? null, script_id: script.id, run_as: 'sh %script%', ...more },
  });
  return id;
}

const jobsOf = (task: string) => client.listJobs({ query: { where: { task_id: task }, limit: 1000 } });

const causeOf = ({ cause }: { cause: Cause | null }) => (cause?.type === 'trigger' ? cause.job_id : '');

/** Waits until a condition holds; the test's own time limit ends it otherwise. */
async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 25));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Starts the server so that it dies at this step, with what comes before, and starts it again. */
async function dieAt(step: string, meanwhile: () => Promise<unknown>): Promise<void> {
  await server.killAll();
  await server.start({ ARGUS_FAULT_STEP: `${step}:1:kill` });
  const pid = server.pid();
  await meanwhile().catch((error: unknown) => {
    // its answers may be lost with it; what it refuses is a mistake here
    if (error instanceof Error && error.name === 'ArgusApiError') throw error;
  });
  await until(() => !isAlive(pid));
  await server.start();
}

describe('a supervisor that dies', () => {
  test.each(['events.stored', 'emissions.read', 'job.created', 'emissions.carried-out'])(
    'at %s loses and doubles nothing of what the end of a job starts',
    async (step) => {
      const first = await taskOf(`first of ${step}`);
      const triggers = [{ task: first, event: 'success' }];
      const next = await taskOf(`next of ${step}`, { triggers, task_arguments: [{ type: 'input' }] });
      const waits = await taskOf(`waits of ${step}`, { triggers, grace_time: 3600 });

      const runs = 3;
      const keys = Array.from({ length: runs }, (_one, index) => `${step}-${index}`);
      const runAll = () =>
        Promise.all(
          keys.map((key) => client.runTask({ params: { id: first }, headers: { 'idempotency-key': key } })),
        );
      await dieAt(step, runAll);
      await runAll();

      await until(async () => (await jobsOf(next)).filter(({ state }) => state === 'success').length >= runs);
      await until(async () => (await client.listTaskSchedules({ params: { id: waits } })).length >= runs);
      const causes = (await jobsOf(next)).map(causeOf);
      const waiting = await client.listTaskSchedules({ params: { id: waits } });
      const ended = (await jobsOf(first)).map(({ id }) => id).sort();
      expect(ended).toHaveLength(runs);
      expect(causes.sort()).toEqual(ended);
      expect(waiting.map(causeOf).sort()).toEqual(ended);
    },
    60_000,
  );

  test.each(['job.created', 'schedules.carried-out'])(
    'at %s makes one run of a due time',
    async (step) => {
      const task = await taskOf(`due at ${step}`);
      await dieAt(step, () =>
        client.createTaskSchedule({ params: { id: task }, body: { runDate: Date.now() + 1000 } }),
      );
      await until(async () => (await client.listTaskSchedules({ params: { id: task } })).length === 0);
      const jobs = await jobsOf(task);
      expect(jobs.map(({ cause }) => cause?.type)).toEqual(['schedule']);
      expect(await client.waitForJob(jobs[0]?.id ?? '')).toMatchObject({ state: 'success' });
    },
    60_000,
  );
});
