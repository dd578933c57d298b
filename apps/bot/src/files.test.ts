import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BotDirectory, TestBot } from './testing/bot.ts';
import type { RunOptions } from './testing/held.ts';
import { TestSupervisor } from './testing/supervisor.ts';

let supervisor: TestSupervisor;
let directory: BotDirectory;
let bot: TestBot;

beforeAll(async () => {
  supervisor = await TestSupervisor.start();
  directory = new BotDirectory();
  bot = new TestBot(supervisor, directory);
});

afterAll(async () => {
  await bot.end('SIGTERM');
  directory[Symbol.dispose]();
  await supervisor.close();
});

async function run(options: RunOptions) {
  const held = supervisor.run(options);
  const finished = await supervisor.finished(held);
  return { held, finished, stdout: held.stream('stdout') };
}

const sha256 = (data: Buffer) => createHash('sha256').update(data).digest('hex');

describe('a file argument', () => {
  test('is a path to exactly its bytes, beside the other arguments', async () => {
    const data = randomBytes(3_000_001);
    const { stdout, finished } = await run({
      script: 'sha256sum < "$2"; basename "$2"; echo "$1-$3"',
      args: ['one', '', 'three'],
      files: [{ position: 1, filename: 'my report.csv', data }],
    });
    expect(finished.exit_code).toBe(0);
    expect(stdout).toBe(`${sha256(data)}  -\nmy report.csv\none-three\n`);
  });

  test('of several values is a JSON array of paths, which may have the same name', async () => {
    const { stdout } = await run({
      script:
        'import json, sys\nfor path in json.loads(sys.argv[1]): print(path.split("/")[-1], open(path).read())',
      run_as: 'python3 %script%',
      args: [''],
      files: ['one', 'two', ''].map((text, index) => ({
        position: 0,
        index,
        filename: 'same.txt',
        data: Buffer.from(text),
      })),
    });
    expect(stdout).toBe('same.txt one\nsame.txt two\nsame.txt \n');
  });

  test('can be read and changed by the script, lies in its own directory, and is gone afterwards', async () => {
    const { stdout, held } = await run({
      script:
        'echo more >> "$1" && cat "$1"; echo "$1"; mkdir "$1.d" 2>/dev/null || stat -c "%a %U" "$1"; id -un',
      args: [''],
      files: [{ position: 0, filename: 'a', data: Buffer.from('some\n') }],
    });
    const [some, more, path = '', access, user] = stdout.split('\n');
    expect([some, more]).toEqual(['some', 'more']);
    expect(path).toContain(`/${held.instruction.job}.1/files/`);
    if (process.getuid?.() === 0) expect(access).toBe(`600 ${user}`);
    await expect.poll(() => existsSync(path), { timeout: 20_000 }).toBe(false);
  });

  test.each([
    ['../../../etc/cron.d/x', 'x'],
    ['-rf $(id).sh', '_rf __id_.sh'],
    ['..', '_'],
    ['', 'script'],
    ['a\nb', 'a_b'],
  ])('called %j is never a path', async (filename, name) => {
    const { stdout } = await run({
      script: 'echo "${1##*/}"',
      args: [''],
      files: [{ position: 0, filename, data: Buffer.from('x') }],
    });
    expect(stdout).toBe(`${name}\n`);
  });

  test('is fetched again where its connection broke', async () => {
    supervisor.cutFiles = 2;
    const before = supervisor.fileRequests;
    const data = randomBytes(500_000);
    const { stdout } = await run({
      script: 'sha256sum < "$1"',
      args: [''],
      files: [{ position: 0, filename: 'a', data }],
    });
    expect(stdout).toBe(`${sha256(data)}  -\n`);
    expect(supervisor.fileRequests).toBe(before + 3);
  });

  test.each([
    ['is gone', null, 'could not be fetched (the supervisor answered 404: no such file)'],
    ['is another one', Buffer.from('other'), 'arrived damaged: its SHA-256 is '],
    ['is longer than announced', Buffer.from('as announced and more'), 'arrived damaged'],
    ['is shorter than announced', Buffer.from('as'), 'arrived damaged'],
  ])('that %s ends the attempt with a reason before it starts', async (_what, sent, error) => {
    const { finished, held } = await run({
      script: 'echo never',
      args: [''],
      files: [{ position: 0, filename: 'a.csv', data: Buffer.from('as announced'), sent }],
    });
    expect(finished).toMatchObject({ ending: 'not_started', stopped_by: null });
    expect(finished.error).toContain(`the file a.csv ${error}`);
    expect(held.chunks).toEqual([]);
  });
});

describe('while a file is on its way', () => {
  test('polls go on and other scripts run; then it starts', async () => {
    supervisor.sendsFiles = false;
    const held = supervisor.run({
      script: 'cat "$1"',
      args: [''],
      files: [{ position: 0, filename: 'a', data: Buffer.from('late') }],
    });
    await supervisor.until(() => held.isNamed);
    expect((await run({ script: 'echo meanwhile' })).stdout).toBe('meanwhile\n');
    const polls = supervisor.polls.length;
    supervisor.dropPoll();
    await supervisor.until(() => supervisor.polls.length > polls);
    expect(supervisor.polls.at(-1)?.attempts).toContainEqual(
      expect.objectContaining({ job: held.instruction.job, phase: 'accepted' }),
    );
    supervisor.sendFiles();
    await supervisor.finished(held);
    expect(held.stream('stdout')).toBe('late');
  });

  test('a cancel ends the attempt at once', async () => {
    supervisor.sendsFiles = false;
    const held = supervisor.run({
      script: 'echo never',
      args: [''],
      files: [{ position: 0, filename: 'a', data: Buffer.from('late') }],
    });
    await supervisor.until(() => held.isNamed);
    supervisor.cancel(held);
    expect(await supervisor.finished(held)).toMatchObject({ ending: 'not_started', stopped_by: 'cancel' });
    supervisor.sendFiles();
    expect((await run({ script: 'echo still here' })).stdout).toBe('still here\n');
  });
});
