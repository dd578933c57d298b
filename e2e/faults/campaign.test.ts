import { afterAll, beforeAll, expect, test } from 'vitest';
import { play } from './campaign.ts';
import { planOf, type Fault, type Round } from './plan.ts';
import { randomOf } from './random.ts';
import { lineOf, storyOf } from './report.ts';
import { setStage, type Stage } from './stage.ts';
import { jobsOf } from './workload.ts';

/** The faults that everybody meets one day; then comes a round of a seed that is another one each time. */
const CHOSEN: Fault[] = [
  { kind: 'step', who: 'bot 2', step: 'end.seen', times: 1, how: 'kill', afterJobs: 0, ms: 300 },
  {
    kind: 'message',
    link: 'callers',
    message: 'create',
    how: 'sent twice',
    times: 2,
    afterJobs: 1,
    ms: 3_000,
  },
  { kind: 'message', link: 'bot 1', message: 'events', how: 'sent twice', times: 4, afterJobs: 1, ms: 3_000 },
  { kind: 'kill', who: 'supervisor 0', afterJobs: 4, ms: 300 },
  { kind: 'kill shim', who: 'bot 0', which: 'running', afterJobs: 6, ms: 0 },
  { kind: 'kill postgres', which: 'server', afterJobs: 10, ms: 0 },
];
/** Its first jobs, one for each bot, are not canceled: each bot has an end, and bot 0 a script that runs for a while. */
const SEED = 16;
const JOBS = 18;

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage?.[Symbol.asyncDispose]());

/** What a round broke, as text to read, and what of its faults could not be done. */
async function broken(round: Round): Promise<{ story: string; skipped: string[] }> {
  const result = await play(stage, round);
  console.log(lineOf(result));
  const story = result.violations.length === 0 ? '' : await storyOf(stage, result);
  return { story, skipped: result.damage.skipped };
}

test('whatever is killed, nothing is lost, started twice or shown as it was not', async () => {
  const jobs = jobsOf(randomOf(SEED), JOBS);
  expect(await broken({ number: 0, jobs, faults: CHOSEN })).toEqual({ story: '', skipped: [] });
});

test('the same for faults that nobody chose', async () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  console.log(`npm run faults -- --short --seed ${seed} --rounds 1`);
  const [round] = planOf(seed, { isShort: true }).take(1);
  expect((await broken({ ...round!, number: 1 })).story).toBe('');
});
