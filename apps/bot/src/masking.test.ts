import { randomInt } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { compileMasks, maskText } from '@argus/contract/masks';
import { BotDirectory, TestBot } from './testing/bot.ts';
import type { Held } from './testing/held.ts';
import { TestSupervisor } from './testing/supervisor.ts';

const SECRET = 'Tr0ub4dor&3 "quoted"/é';
const LINES = 12_000;
const NOTES = 40;

/**
 * Writes the value in many spellings in pieces of all sizes, and on stderr half of it now and the rest much later, so
 * that one stream waits while the other one goes on.
 */
const WRITES_SECRETS = `import base64, json, os, random, sys, urllib.parse
s = sys.argv[1]
random.seed(7)
forms = f"{s} {urllib.parse.quote(s)} {base64.b64encode(('u:' + s).encode()).decode()} {json.dumps(s)}"
out = "".join(f"{i} {forms}\\n" for i in range(${LINES})).encode()
note = f"note {s}\\n".encode()
at = 0
for i in range(${NOTES}):
    end = len(out) * (i + 1) // ${NOTES}
    os.write(2, note[:12])
    while at < end:
        at += os.write(1, out[at:at + random.randrange(1, 9000)])
    os.write(2, note[12:])
sys.stdout.write(json.dumps([s]))`;

/** What that gives without masks. */
function written(): { stdout: string; stderr: string } {
  const ascii = JSON.stringify(SECRET).replaceAll(
    /[^\0-\x7e]/g,
    (char) => `\\u00${char.charCodeAt(0).toString(16)}`,
  );
  const forms = [
    SECRET,
    encodeURIComponent(SECRET).replaceAll('%2F', '/'),
    Buffer.from(`u:${SECRET}`).toString('base64'),
    ascii,
  ].join(' ');
  const stdout = Array.from({ length: LINES }, (_, at) => `${at} ${forms}\n`).join('');
  return { stdout: `${stdout}[${ascii}]`, stderr: `note ${SECRET}\n`.repeat(NOTES) };
}

async function setUp() {
  const supervisor = await TestSupervisor.start();
  const directory = new BotDirectory();
  const bots: TestBot[] = [];
  return {
    supervisor,
    start(): TestBot {
      const bot = new TestBot(supervisor, directory);
      bots.push(bot);
      return bot;
    },
    async [Symbol.asyncDispose]() {
      for (const bot of bots) await bot.end('SIGKILL');
      directory[Symbol.dispose]();
      await supervisor.close();
    },
  };
}

function expectMasked(held: Held): void {
  const { masks } = compileMasks([SECRET]);
  const { stdout, stderr } = written();
  expect(held.stream('stdout')).toBe(maskText(masks!, stdout));
  expect(held.stream('stderr')).toBe(maskText(masks!, stderr));
  expect(held.stream('stderr')).toBe('note ***\n'.repeat(NOTES));
  expect(held.log.toString()).not.toContain('Tr0ub4dor');
  expect(JSON.stringify(held.received)).not.toContain('Tr0ub4dor');
}

const runs = (supervisor: TestSupervisor): Held =>
  supervisor.run({
    script: WRITES_SECRETS,
    run_as: 'python3 %script%',
    args: [SECRET],
    masks: [SECRET, ''],
  });

describe('a masked log', () => {
  test('is exact though the bot is killed with -9 in the middle of it, wherever', async () => {
    await using system = await setUp();
    const { supervisor } = system;
    let bot = system.start();
    const held = runs(supervisor);
    const places: number[] = [];
    for (let kills = 0; kills < 4 && !held.finished; kills++) {
      const place = held.received.length + randomInt(1, 5);
      places.push(place);
      await supervisor.until(() => held.received.length >= place || held.finished);
      await bot.end('SIGKILL');
      bot = system.start();
    }
    const finished = await supervisor.finished(held);
    expect(finished.result.stdout, `killed after ${places.join(', ')} events`).toBe('["***"]');
    expectMasked(held);
  });

  test('is exact though the bot is killed while the supervisor is away and the journal takes it', async () => {
    await using system = await setUp();
    const { supervisor } = system;
    let bot = system.start();
    const held = runs(supervisor);
    await supervisor.until(() => held.chunks.length > 0);
    for (let kills = 0; kills < 2; kills++) {
      supervisor.isUp = false;
      await expect.poll(() => bot.stderr, { timeout: 20_000 }).toMatch(/not delivered|does not answer/);
      await bot.end('SIGKILL');
      supervisor.isUp = true;
      const before = held.received.length;
      bot = system.start();
      await supervisor.until(() => held.received.length > before || held.finished);
    }
    await supervisor.finished(held);
    expectMasked(held);
  });

  test('says once that a value is too short to be hidden, and hides the rest', async () => {
    await using system = await setUp();
    system.start();
    const held = system.supervisor.run({
      script: 'echo "pin $1 word $2"; echo "[\\"$2\\"]" > "$ARGUS_RESULT_FILE"',
      run_as: 'bash %script%',
      args: ['123', 'sesame'],
      masks: ['123', 'sesame'],
    });
    const finished = await system.supervisor.finished(held);
    expect(held.stream('stderr')).toBe(
      '… a masked value is shorter than 4 bytes and not hidden in this log\n',
    );
    expect(held.stream('stdout')).toBe('pin 123 word ***\n');
    expect(finished.result.file).toBe('["***"]\n');
  });

  test('does not show a value in the reason why a script did not start', async () => {
    await using system = await setUp();
    const bot = system.start();
    const held = system.supervisor.run({
      script: 'echo never',
      run_as: '/no/such/hunter2-program %script%',
      masks: ['hunter2'],
    });
    const finished = await system.supervisor.finished(held);
    expect(finished).toMatchObject({ ending: 'not_started' });
    expect(finished.error).toContain('/no/such/***-program');
    expect(bot.stderr).not.toContain('hunter2');
  });
});
