import { createTestDatabase } from '@argus/testing';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ArgusError } from '@argus/contract';
import { openDatabase, type Database } from './database.ts';
import type { Log } from './log.ts';
import { createThrottle, dropForgiven, type Counted } from './throttle.ts';

const resources = new AsyncDisposableStack();
let db: Database;
beforeAll(async () => {
  const { connection } = resources.use(await createTestDatabase());
  db = resources.use(openDatabase({ ...connection, max: 6 }, pino({ level: 'silent' }) as unknown as Log));
});
afterAll(() => resources.disposeAsync());

const three = (who: string): Counted => ({ who, limit: { burst: 3, everyMs: 60_000 } });
const outcomes = async (tries: Promise<void>[]) =>
  (await Promise.allSettled(tries)).map(({ status }) => status === 'fulfilled');

test('tries at once, of several supervisors, are counted one by one', async () => {
  const throttles = [createThrottle(db), createThrottle(db), createThrottle(db)];
  const all = Array.from({ length: 30 }, (_none, index) =>
    (throttles[index % 3] as (typeof throttles)[0]).take([three('a crowd')]),
  );
  expect((await outcomes(all)).filter(Boolean)).toHaveLength(3);
});

test('who starts anew is counted on, and told when to come back', async () => {
  await outcomes([1, 2, 3].map(() => createThrottle(db).take([three('a restart')])));
  const refused = await createThrottle(db)
    .take([three('a restart')])
    .catch((error: unknown) => error as ArgusError);
  expect(refused).toMatchObject({ code: 'too_many_requests', statusCode: 429 });
  expect((refused as ArgusError).retryAfterSeconds).toBeGreaterThan(50);
  expect((refused as ArgusError).retryAfterSeconds).toBeLessThanOrEqual(60);
  expect((refused as ArgusError).message).toMatch(/try again in \d+ s/);
});

test('a try that one count refuses is counted in none', async () => {
  const throttle = createThrottle(db);
  await outcomes([1, 2, 3].map(() => throttle.take([three('full')])));
  for (let index = 0; index < 5; index++)
    await expect(throttle.take([three('full'), three('other')])).rejects.toThrow(/Too many/);
  expect(await outcomes([1, 2, 3].map(() => throttle.take([three('other')])))).toEqual([true, true, true]);
});

test('what is given back can be tried again, in this supervisor and in others', async () => {
  const throttle = createThrottle(db);
  for (let index = 0; index < 10; index++) {
    await throttle.take([three('one'), three('two')]);
    await throttle.giveBack([three('two'), three('one')]);
  }
  await createThrottle(db).take([three('one'), three('two')]);
});

test('wrong secrets of one place leave other places alone; one network of IPv6 is one place', async () => {
  const throttle = createThrottle(db);
  const some = Array.from({ length: 40 }, (_none, index) =>
    throttle.wrongSecret(`2001:db8:9:9::${index + 1}`),
  );
  const admitted = (await outcomes(some)).filter(Boolean).length;
  expect(admitted).toBeGreaterThanOrEqual(30);
  // one more for every two seconds that passed
  expect(admitted).toBeLessThan(40);
  await throttle.wrongSecret('2001:db8:9:a::1');
  await throttle.wrongSecret('203.0.113.9');
});

test('counts that are forgiven are deleted, the others stay', async () => {
  const throttle = createThrottle(db);
  await throttle.take([{ who: 'short', limit: { burst: 1, everyMs: 1 } }]);
  await throttle.take([{ who: 'long', limit: { burst: 1, everyMs: 60_000 } }]);
  const counts = async () => (await db.kysely.selectFrom('throttle').select('key').execute()).length;
  const before = await counts();
  // the short one is forgiven after a millisecond, which the tries above may not have taken
  await expect
    .poll(async () => {
      await dropForgiven(db);
      return counts();
    })
    .toBeLessThan(before);
  await expect(
    createThrottle(db).take([{ who: 'long', limit: { burst: 1, everyMs: 60_000 } }]),
  ).rejects.toThrow(/Too many/);
});
