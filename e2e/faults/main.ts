// The fault campaign: real processes are killed, frozen, cut off and lied to while jobs run, and afterwards all that was
// promised is compared with what the API says and with what scripts wrote by themselves. See CONTRIBUTING.md.
import { parseArgs } from 'node:util';
import { play, type RoundResult } from './campaign.ts';
import { planOf } from './plan.ts';
import { lineOf, storyOf, summaryOf } from './report.ts';
import { setStage } from './stage.ts';

const MINUTES = 10;

//   --seed N     the faults, their places and moments; chance decides where it is left out
//   --rounds N   so many rounds; --minutes N: as many as begin within that time (10 where neither is given)
//   --only N     this round of the seed alone
//   --short      without the faults that take a minute, as `npm test` does
const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    rounds: { type: 'string' },
    minutes: { type: 'string' },
    only: { type: 'string' },
    short: { type: 'boolean', default: false },
  },
});
const seed = numberOf('seed') ?? Math.floor(Math.random() * 2 ** 31);
const rounds = numberOf('rounds') ?? Infinity;
const minutes = numberOf('minutes') ?? (rounds === Infinity ? MINUTES : Infinity);
const only = numberOf('only');

function numberOf(name: 'seed' | 'rounds' | 'minutes' | 'only'): number | undefined {
  const text = values[name];
  if (text === undefined) return undefined;
  const number = Number(text);
  if (!Number.isFinite(number) || number < 0) {
    console.error(`--${name} is ${text}: use a number`);
    process.exit(1);
  }
  return number;
}

console.log(`seed ${seed}: the same faults come again with --seed ${seed}`);
const results: RoundResult[] = [];
let isStopped = false;
// what runs is ended in good order, after the round
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => (isStopped = true));
{
  await using stage = await setStage();
  const until = performance.now() + minutes * 60_000;
  for (const round of planOf(seed, { isShort: values.short })) {
    if (only !== undefined && round.number !== only) continue;
    if (isStopped || results.length >= rounds || performance.now() > until) break;
    const result = await play(stage, round);
    results.push(result);
    console.log(lineOf(result));
    if (result.violations.length > 0) console.log(await storyOf(stage, result));
    if (only !== undefined) break;
  }
}
console.log(summaryOf(results));
process.exit(results.some(({ violations }) => violations.length > 0) ? 1 : 0);
