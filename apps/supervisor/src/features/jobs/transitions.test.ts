import { LIFECYCLES, mayMove, STATES_OF, TRANSITIONS, type Lifecycle } from '@argus/contract';
import { createTestDatabase } from '@argus/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startJob, startTestApp, type TestApp } from '../../testing/index.ts';

const resources = new AsyncDisposableStack();
let app: TestApp;
beforeAll(async () => {
  const { connection } = resources.use(await createTestDatabase());
  app = resources.use(await startTestApp(connection));
});
afterAll(() => resources.disposeAsync());

/** The shortest way from a new job to a lifecycle. */
function wayTo(goal: Lifecycle): Lifecycle[] {
  const ways: Lifecycle[][] = [['ready']];
  for (;;) {
    const way = ways.shift() as Lifecycle[];
    const at = way.at(-1) as Lifecycle;
    if (at === goal) return way.slice(1);
    ways.push(...TRANSITIONS[at].map((next) => [...way, next]));
  }
}

async function move(job: string, to: Lifecycle): Promise<boolean> {
  try {
    await app.db.query(
      'move_job',
      `update jobs set lifecycle = $2, state = $3, reason_code = 'test', reason = 'a test', finished_at = now() where id = $1`,
      [job, to, STATES_OF[to][0]],
    );
    return true;
  } catch (error) {
    expect((error as { code?: string }).code).toBe('23514');
    return false;
  }
}

test.each(LIFECYCLES)(
  'the database lets a job go from %s where the table says, and nowhere else',
  async (from) => {
    for (const to of LIFECYCLES) {
      if (to === from) continue;
      const job = await startJob(app);
      for (const step of wayTo(from)) expect(await move(job, step)).toBe(true);
      expect([to, await move(job, to)]).toEqual([to, mayMove(from, to)]);
    }
  },
);

test.each(LIFECYCLES)('the database lets %s carry its own states only', async (lifecycle) => {
  const job = await startJob(app);
  for (const step of wayTo(lifecycle)) await move(job, step);
  for (const state of ['in_progress', 'success', 'failure', 'canceled', 'timeout', 'error'] as const) {
    const set = app.db.query('set_state', 'update jobs set state = $2 where id = $1', [job, state]);
    if (STATES_OF[lifecycle].includes(state)) await set;
    else await expect(set).rejects.toMatchObject({ code: '23514' });
  }
});
