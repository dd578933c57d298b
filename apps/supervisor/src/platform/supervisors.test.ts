import { createTestDatabase, until, type TestDatabase } from '@argus/testing';
import fc from 'fast-check';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openDatabase, type Database } from './database.ts';
import type { Log } from './log.ts';
import { createSupervisors, LISTENING_SINCE } from './supervisors.ts';

const log = pino({ level: 'silent' }) as Log;
/** Longer than any test: only what a test does itself happens. */
const NEVER_MS = 3_600_000;
let database: TestDatabase;
let db: Database;

beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase(database.connection, log);
});
beforeEach(async () => {
  await db.once('delete from supervisors', []);
  await db.once('delete from listening', []);
});
afterAll(async () => {
  await db[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

function supervisor(everyMs = NEVER_MS) {
  return createSupervisors({ db, log, version: '1', everyMs });
}

/** Lets time pass: what was written lies further back. */
async function pass(seconds: number): Promise<void> {
  await db.once('update supervisors set seen_at = seen_at - make_interval(secs => $1)', [seconds]);
  await db.once(
    'update listening set since = since - make_interval(secs => $1), seen_at = seen_at - make_interval(secs => $1)',
    [seconds],
  );
}

/** For how many seconds somebody has been listening, as the database says, in tens: a test takes some itself. */
async function listeningFor(): Promise<number> {
  const [row] = await db.once<{ seconds: number }>(
    `select 10 * floor(extract(epoch from now() - ${LISTENING_SINCE}) / 10)::integer as seconds`,
    [],
  );
  return row?.seconds as number;
}

test('supervisors see each other, until one leaves or was not heard of for 15 s', async () => {
  const [a, b, c] = [supervisor(10), supervisor(10), supervisor()];
  await using first = await a.announce('a:1');
  expect(a.others()).toBe(0);
  await using second = await b.announce('b:1');
  expect(b.others()).toBe(1);
  await until(() => a.others() === 1);
  await using third = await c.announce('c:1');
  await until(() => a.others() === 2 && b.others() === 2);
  await second[Symbol.asyncDispose]();
  await until(() => a.others() === 1);
  // the third says nothing by itself: it counts as gone
  await pass(16);
  await until(() => a.others() === 0);
  expect([first, third]).toBeDefined();
});

test('the time that somebody listens goes on with whoever listens, and begins anew after a gap', async () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant('pass' as const), seconds: fc.constantFrom(10, 20, 30) }),
    fc.record({ do: fc.constant('beat' as const), seconds: fc.constant(0) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
      await db.once('delete from listening', []);
      let heard: number | undefined;
      let since = 0;
      for (const { do: what, seconds } of steps) {
        if (what === 'pass') {
          await pass(seconds);
          if (heard !== undefined) heard += seconds;
          since += seconds;
        } else {
          // any supervisor, a new one each time
          await using here = await supervisor().announce('x:1');
          expect(here).toBeDefined();
          if (heard === undefined || heard > 15) since = 0;
          heard = 0;
        }
        // nobody was heard of for too long: bots could not be heard either, whatever was written before
        expect(await listeningFor()).toBe(heard === undefined || heard > 15 ? 0 : since);
      }
    }),
    { numRuns: 25 },
  );
});

test('a clock of the database that is moved ends no job: the time begins anew', async () => {
  await using here = await supervisor().announce('x:1');
  expect(here).toBeDefined();
  for (const jump of [3600, -3600]) {
    await pass(10);
    await using before = await supervisor().announce('x:1');
    expect(before).toBeDefined();
    expect(await listeningFor()).toBeGreaterThanOrEqual(10);
    await pass(jump);
    expect(await listeningFor()).toBe(0);
    await using after = await supervisor().announce('x:1');
    expect(after).toBeDefined();
    expect(await listeningFor()).toBe(0);
  }
});
