import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { BotDirectory, TestBot } from '../testing/bot.ts';
import { TestSupervisor } from '../testing/supervisor.ts';

const noJob = { job: 'f'.repeat(24), attempt: 1, lease: 'a lease that this bot never had' };

test('a bot that is asked for attempts names what it has, and says of the others that they are unknown', async () => {
  await using supervisor = await TestSupervisor.start();
  using directory = new BotDirectory();
  await using bot = new TestBot(supervisor, directory);
  const cue = (name: string) => join(directory.path, name);
  const waitsFor = (name: string) => `until [ -e ${cue(name)} ]; do sleep 0.02; done; exit 3`;
  // it comes with the answer to events: the poll that waits does not name it, as one that the network brings late
  const first = supervisor.run({ script: waitsFor('first') });
  await supervisor.until(() => first.isNamed);
  const held = supervisor.runWithNextEnd({ script: waitsFor('second') });
  writeFileSync(cue('first'), '');
  const { job, attempt, lease } = held.instruction;
  await supervisor.until(() => held.started);
  const asked = supervisor.polls.length;
  supervisor.answerMissed([{ job, attempt, lease }, noJob]);
  await supervisor.until(() => supervisor.polls.length > asked);
  const answer = supervisor.polls[asked];
  expect(answer?.attempts.map((named) => named.job)).toContain(job);
  expect(answer?.unknown).toEqual([noJob]);

  // said once: the next answer asks for nothing
  supervisor.answerEmpty();
  await supervisor.until(() => supervisor.polls.length > asked + 1);
  expect(supervisor.polls[asked + 1]?.unknown).toBeUndefined();
  writeFileSync(cue('second'), '');
  expect(await supervisor.finished(held)).toMatchObject({ ending: 'exited', exit_code: 3 });
  expect(bot.child.exitCode).toBeNull();
});
