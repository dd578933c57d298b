import { createTestDatabase, until, type TestDatabase } from '@argus/testing';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startChore, startSharedChore } from './chore.ts';
import { openDatabase, type Database } from './database.ts';
import type { Log } from './log.ts';

const log = pino({ level: 'silent' }) as Log;
const EVERY_MS = 40;
let database: TestDatabase;
let db: Database;

beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase(database.connection, log);
});
afterAll(async () => {
  await db[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

/** A supervisor's connection that counts what it is asked, and can be cut off. */
function watched() {
  const asked: Record<string, number> = {};
  const state = { asked, cut: false };
  const query: Database['query'] = async (name, text, values) => {
    if (state.cut) throw new Error('cut off');
    asked[name] = (asked[name] ?? 0) + 1;
    return db.query(name, text, values);
  };
  return { ...state, db: { ...db, query }, cutOff: () => (state.cut = true) };
}

test('a chore that fails each time is logged once; a database that is away without a stack', async () => {
  const bug = new TypeError('a bug');
  const away = Object.assign(new Error('connect ECONNREFUSED /run/pg'), { code: 'ECONNREFUSED' });
  const lines: object[] = [];
  const written = pino({ base: undefined }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  using chores = new DisposableStack();
  const runs = [bug, away].map((error) => {
    const state = { runs: 0, failed: `could not ${error.name}` };
    const run = async () => {
      state.runs++;
      throw error;
    };
    chores.use(startChore(written as unknown as Log, { everyMs: 5, run, failed: state.failed }));
    return state;
  });
  await until(() => runs.every((state) => state.runs > 3));
  expect(lines).toHaveLength(2);
  expect(lines).toContainEqual(
    expect.objectContaining({
      msg: 'could not TypeError',
      err: expect.objectContaining({ stack: expect.anything() }),
    }),
  );
  expect(lines).toContainEqual(
    expect.objectContaining({ msg: 'could not Error', reason: 'connect ECONNREFUSED /run/pg' }),
  );
});

test('of many supervisors one does a chore at a time, and goes on with it for as long as it takes', async () => {
  const many = [watched(), watched(), watched()];
  let active = 0;
  let most = 0;
  let runs = 0;
  let hold = Promise.withResolvers<void>();
  using chores = new DisposableStack();
  for (const one of many) {
    const run = async () => {
      runs++;
      most = Math.max(most, ++active);
      await hold.promise;
      active--;
    };
    chores.use(startSharedChore({ db: one.db, log }, { name: 'long', everyMs: 1_000, run, failed: 'x' }));
  }
  const looks = () => many.reduce((sum, { asked }) => sum + (asked['take_turn'] ?? 0), 0);
  for (let turn = 1; turn <= 2; turn++) {
    await until(() => active === 1);
    const before = looks();
    // the others look again and again, far beyond the rhythm
    await until(() => looks() >= before + 6);
    expect({ runs, most }).toEqual({ runs: turn, most: 1 });
    const { resolve } = hold;
    hold = Promise.withResolvers();
    resolve();
  }
  hold.resolve();
});

test('a supervisor that dies in the middle leaves the chore to the others', async () => {
  const [dying, other] = [watched(), watched()];
  let begun = 0;
  let done = 0;
  using chores = new DisposableStack();
  const dies = async () => {
    begun++;
    dying.cutOff();
    await new Promise(() => undefined);
  };
  chores.use(
    startSharedChore({ db: dying.db, log }, { name: 'left', everyMs: EVERY_MS, run: dies, failed: 'x' }),
  );
  await until(() => begun === 1);
  const finishes = async () => void done++;
  chores.use(
    startSharedChore({ db: other.db, log }, { name: 'left', everyMs: EVERY_MS, run: finishes, failed: 'x' }),
  );
  await until(() => done >= 2);
  expect(begun).toBe(1);
});

test('a chore goes on when the clock of the database was moved back', async () => {
  let runs = 0;
  using chore = startSharedChore(
    { db, log },
    { name: 'clock', everyMs: EVERY_MS, run: async () => runs++, failed: 'x' },
  );
  expect(chore).toBeDefined();
  await until(() => runs > 0);
  await db.once(`update chores set last_run_at = now() + interval '1 hour' where name = 'clock'`, []);
  const before = runs;
  await until(() => runs > before);
});
