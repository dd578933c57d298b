import { createTestDatabase, until, type TestDatabase } from '@argus/testing';
import fc from 'fast-check';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDatabase, type Database } from './database.ts';
import type { Log } from './log.ts';
import { createSharedBus, decodeKeys, encodeKeys } from './shared-bus.ts';
import { createSupervisors } from './supervisors.ts';

const log = pino({ level: 'silent' }) as Log;
/** Only a ring ends a wait this long. */
const LONG_MS = 600_000;
const never = new AbortController().signal;
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

/** A supervisor of which only the bus is there; `sent` are its notifications. */
async function startSupervisor({ everyMs = 20, expectsOthers = false } = {}) {
  await using resources = new AsyncDisposableStack();
  const sent: string[] = [];
  const query: Database['query'] = (name, text, values) => {
    if (name === 'notify') sent.push(values[0] as string);
    return db.query(name, text, values);
  };
  const supervisors = createSupervisors({ db, log, version: '1', everyMs });
  const bus = resources.use(
    createSharedBus({
      db: { ...db, query },
      connection: database.connection,
      supervisors,
      expectsOthers,
      log,
    }),
  );
  resources.use(await supervisors.announce('x:1'));
  const owned = resources.move();
  return { bus, sent, supervisors, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** The processes of PostgreSQL that serve a connection which listens. */
async function listeners(): Promise<number[]> {
  const rows = await db.once<{ pid: number }>(
    `select pid from pg_stat_activity where datname = current_database() and query like 'listen %'`,
    [],
  );
  return rows.map(({ pid }) => pid);
}

/** Two that know of each other and listen. */
async function startTwo(resources: AsyncDisposableStack) {
  const a = resources.use(await startSupervisor());
  const b = resources.use(await startSupervisor());
  await until(async () => a.supervisors.others() === 1 && (await listeners()).length === 2);
  return { a, b };
}

describe('what a notification carries', () => {
  const key = fc.stringMatching(/^[a-z]{1,6}:[0-9a-f]{1,24}$/);

  test('is read as it was written, and is small enough for PostgreSQL', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9a-f]{24}$/), fc.array(key, { maxLength: 400 }), (sender, keys) => {
        const payload = encodeKeys(sender, keys);
        expect(Buffer.byteLength(payload)).toBeLessThan(8_000);
        const read = decodeKeys(payload);
        expect(read.sender).toBe(sender);
        // either all keys, or that everybody is to look
        if (read.keys !== undefined) expect(read.keys).toEqual(keys);
        else expect(keys.join(' ').length).toBeGreaterThan(7_000);
      }),
    );
  });
});

describe('a bus among supervisors', () => {
  test('rings where the key is waited for, whichever supervisor published it', async () => {
    await using resources = new AsyncDisposableStack();
    const { a, b } = await startTwo(resources);
    for (const [here, there] of [
      [a, b],
      [b, a],
    ] as const) {
      using bell = there.bus.doorbell('job:1');
      // a ring that is still under way from the start
      await bell.wait(0, never);
      const waiting = bell.wait(LONG_MS, never);
      here.bus.publish('job:1');
      await waiting;
    }
  });

  test('tells what follows a prefix, to others only, and gathers what comes close together', async () => {
    await using resources = new AsyncDisposableStack();
    const { a, b } = await startTwo(resources);
    const heard: (string | undefined)[] = [];
    const own: (string | undefined)[] = [];
    using there = b.bus.fromOthers('tell:', (rest) => heard.push(rest));
    using here = a.bus.fromOthers('tell:', (rest) => own.push(rest));
    expect([there, here]).toBeDefined();
    const before = a.sent.length;
    for (let turn = 0; turn < 100; turn++) a.bus.publish(`tell:${turn}`);
    await until(() => heard.filter((rest) => rest !== undefined).length === 100);
    expect(a.sent.length - before).toBe(1);
    // so many that they are not named: everybody looks
    for (let turn = 0; turn < 2_000; turn++) a.bus.publish(`tell:${turn}`);
    await until(() => heard.at(-1) === undefined);
    expect(own.filter((rest) => rest !== undefined)).toEqual([]);
  });

  test('calls one that comes from its first moment on, where others are expected', async () => {
    await using resources = new AsyncDisposableStack();
    const expecting = { everyMs: LONG_MS, expectsOthers: true };
    const a = resources.use(await startSupervisor(expecting));
    await until(async () => (await listeners()).length === 1);
    const b = resources.use(await startSupervisor(expecting));
    // the next look of either is ten minutes away
    await until(async () => a.supervisors.others() === 1 && (await listeners()).length === 2);
    using bell = b.bus.doorbell('job:4');
    await bell.wait(0, never);
    const waiting = bell.wait(LONG_MS, never);
    a.bus.publish('job:4');
    await waiting;
  });

  test('listens again after its connection broke', async () => {
    await using resources = new AsyncDisposableStack();
    const { a, b } = await startTwo(resources);
    const before = await listeners();
    for (const pid of before) await db.once('select pg_terminate_backend($1)', [pid]);
    await until(async () => {
      const now = await listeners();
      return now.length === 2 && now.every((pid) => !before.includes(pid));
    });
    using bell = b.bus.doorbell('job:2');
    await bell.wait(0, never);
    const waiting = bell.wait(LONG_MS, never);
    a.bus.publish('job:2');
    await waiting;
  });

  test('of a supervisor that is alone sends nothing and keeps no connection', async () => {
    await using alone = await startSupervisor();
    using bell = alone.bus.doorbell('job:3');
    const waiting = bell.wait(LONG_MS, never);
    alone.bus.publish('job:3');
    await waiting;
    expect(alone.sent).toEqual([]);
    expect(await listeners()).toEqual([]);
    {
      await using second = await startSupervisor();
      expect(second).toBeDefined();
      await until(async () => (await listeners()).length === 2);
    }
    await until(async () => (await listeners()).length === 0);
  });
});
