import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { BotDirectory } from '../testing/bot.ts';
import type { RunUser } from './run-user.ts';
import { Spares } from './spares.ts';
import { Workplace } from './workplace.ts';

const inodeOf = (path: string) => lstatSync(path).ino;

function setUp() {
  const home = new BotDirectory();
  const cached = join(home.path, 'cached');
  writeFileSync(cached, '#!/bin/true\n');
  const { username: name, uid, gid, homedir } = userInfo();
  const user: RunUser = { name, uid, gid, groups: [gid], home: homedir, shell: '/bin/sh', switched: false };
  const work = join(home.path, 'work');
  mkdirSync(work);
  const spares = new Spares(join(home.path, 'spares'));
  return {
    work,
    cached,
    spares,
    next: (attempt: string) => new Workplace(work, attempt, user, spares),
    spared: () => readdirSync(join(home.path, 'spares')),
    [Symbol.dispose]: () => home[Symbol.dispose](),
  };
}

describe('directories of attempts that are over', () => {
  test('serve the next attempt, with nothing of the earlier one in them', async () => {
    using it = setUp();
    const first = it.next('a.1');
    first.prepare(it.cached, 'first.sh');
    const before = { directory: inodeOf(first.directory), cwd: inodeOf(first.cwd) };
    writeFileSync(join(first.cwd, 'left'), 'x');
    chmodSync(first.cwd, 0o500);
    await first.remove();
    expect(readdirSync(it.work)).toEqual([]);

    const second = it.next('b.1');
    const script = second.prepare(it.cached, 'second.sh');

    expect(inodeOf(second.directory)).toBe(before.directory);
    expect(readdirSync(second.cwd)).toEqual([]);
    expect(lstatSync(second.cwd).mode & 0o777).toBe(0o700);
    expect(readdirSync(join(second.directory, 'script'))).toEqual(['second.sh']);
    expect(script).toBe(join(second.directory, 'script', 'second.sh'));
    expect(it.spared()).toEqual([]);
  });

  test('are removed where more than what every attempt has is in them', async () => {
    using it = setUp();
    for (const [attempt, name] of [
      ['a.1', 'status'],
      ['b.1', 'files'],
    ] as const) {
      const place = it.next(attempt);
      place.prepare(it.cached, 's.sh');
      if (name === 'files') writeFileSync(place.placeOf({ position: 0, filename: 'data' }), 'x');
      else writeFileSync(place.statusFile, 'x');
      await place.remove();
      expect(existsSync(place.directory)).toBe(false);
      expect(it.spared()).toEqual([]);
    }
  });

  test('are made anew where something stands in the way, as after a start that was broken off', async () => {
    using it = setUp();
    const first = it.next('a.1');
    first.prepare(it.cached, 's.sh');
    await first.remove();
    const second = it.next('b.1');
    mkdirSync(join(second.directory, 'script'), { recursive: true });

    second.prepare(it.cached, 's.sh');

    expect(readdirSync(second.directory).sort()).toEqual(['artifacts', 'cwd', 'script']);
    await second.remove();
    expect(readdirSync(it.work)).toEqual([]);
  });

  test('of an earlier process are forgotten', async () => {
    using it = setUp();
    const place = it.next('a.1');
    place.prepare(it.cached, 's.sh');
    await place.remove();
    expect(it.spared()).toHaveLength(1);

    expect(new Spares(join(it.work, '..', 'spares')).takeAs(join(it.work, 'b.1'))).toBe(false);
    expect(it.spared()).toEqual([]);
  });
});
