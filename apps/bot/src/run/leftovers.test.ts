import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createLog } from '../log.ts';
import { BotDirectory } from '../testing/bot.ts';
import { removeLeftovers, trimScripts } from './leftovers.ts';
import type { Places } from './places.ts';
import type { RunUser } from './run-user.ts';

const HOUR_MS = 3_600_000;
const isRoot = process.getuid?.() === 0;
const NOBODY = 65_534;

function age(path: string, hours: number): void {
  const then = (Date.now() - hours * HOUR_MS) / 1000;
  utimesSync(path, then, then);
}

function setUp() {
  const home = new BotDirectory();
  chmodSync(home.path, 0o711); // as a bot makes it: others pass through
  const places: Places = {
    slots: join(home.path, 'slots'),
    scripts: join(home.path, 'scripts'),
    work: join(home.path, 'work'),
    spares: join(home.path, 'spares'),
    home: join(home.path, 'home'),
  };
  for (const place of Object.values(places)) mkdirSync(place, { mode: 0o711 });
  const { username: name, uid, gid, homedir } = userInfo();
  const user: RunUser = { name, uid, gid, groups: [gid], home: homedir, shell: '/bin/sh', switched: false };
  return {
    home,
    places,
    clear: (
      known: string[] = [],
      compiled = { directory: join(home.path, 'cache'), inUse: undefined as string | undefined },
    ) => removeLeftovers({ places, user, known: () => new Set(known), compiled, log: createLog('silent') }),
    /** The directory of an attempt as it is left behind. */
    attempt(name: string, hours: number, owner = uid) {
      const directory = join(places.work, name);
      mkdirSync(join(directory, 'cwd', 'deep'), { recursive: true });
      mkdirSync(join(directory, 'script'));
      writeFileSync(join(directory, 'script', 'run.sh'), '');
      writeFileSync(join(directory, 'cwd', 'deep', 'file'), 'x');
      if (owner !== uid)
        for (const path of ['cwd', 'cwd/deep', 'cwd/deep/file'])
          chownSync(join(directory, path), owner, owner);
      age(directory, hours);
      return directory;
    },
    [Symbol.dispose]: () => home[Symbol.dispose](),
  };
}

describe('the work that is left behind', () => {
  test('is removed after a day where no attempt knows it, and nothing else is', async () => {
    using place = setUp();
    const [old, known, young] = [
      place.attempt('a.1', 25),
      place.attempt('b.1', 25),
      place.attempt('c.1', 23),
    ];
    await place.clear(['b.1']);
    expect([old, known, young].map((path) => existsSync(path))).toEqual([false, true, true]);
  });

  test('is removed with the rights of its owner: a link leads nowhere', async () => {
    using place = setUp();
    const outside = join(place.home.path, 'outside');
    mkdirSync(outside);
    writeFileSync(join(outside, 'kept'), '');
    const old = place.attempt('a.1', 25, isRoot ? NOBODY : undefined);
    symlinkSync(outside, join(old, 'cwd', 'link'));
    age(old, 25);
    await place.clear();
    expect(existsSync(old)).toBe(false);
    expect(readdirSync(outside)).toEqual(['kept']);
  });

  test.runIf(isRoot)('that its owner may not remove stays, and is told', async () => {
    using place = setUp();
    const old = place.attempt('a.1', 25, NOBODY);
    chownSync(join(old, 'cwd', 'deep'), 0, 0);
    chownSync(join(old, 'cwd', 'deep', 'file'), 0, 0);
    age(old, 25);
    await place.clear();
    expect(existsSync(join(old, 'cwd', 'deep', 'file'))).toBe(true);
  });
});

test('of the scripts those stay that were used last, up to the size, and those of the last hour', () => {
  using place = setUp();
  const { scripts } = place.places;
  const keep = (name: string, hours: number) => {
    writeFileSync(join(scripts, name), Buffer.alloc(1000));
    age(join(scripts, name), hours);
  };
  keep('yesterday', 24);
  keep('two-hours', 2);
  keep('last-week', 200);
  keep('now', 0);
  keep('half-written.new', 5);
  expect(trimScripts(scripts, Date.now(), 2000)).toBe(3);
  expect(readdirSync(scripts).toSorted()).toEqual(['now', 'two-hours']);
  expect(trimScripts(scripts, Date.now(), 0)).toBe(1);
  expect(readdirSync(scripts)).toEqual(['now']);
});

test('compiled code of earlier versions goes after a month, that in use stays', async () => {
  using place = setUp();
  const directory = join(place.home.path, 'cache');
  const inUse = join(directory, 'v26');
  for (const [name, days] of [
    ['v24', 40],
    ['v25', 20],
    ['v26', 40],
  ] as const) {
    mkdirSync(join(directory, name), { recursive: true });
    age(join(directory, name), days * 24);
  }
  await place.clear([], { directory, inUse });
  expect(readdirSync(directory).toSorted()).toEqual(['v25', 'v26']);
});
