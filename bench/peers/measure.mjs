/**
 * Measures one peer in a process of its own: `node measure.mjs graphile-worker plain '{"postgres": "…"}'`. Enqueue →
 * handler start of one job at a time, and how many no-op jobs of a backlog end per second, from the first start to the
 * last end that is stored. Prints one JSON object.
 */
import { setTimeout as wait } from 'node:timers/promises';

const LATENCIES = 200;
const WARM_UP = 20;
const PAUSE_MS = 10;
const JOBS = 20_000;
const WARM_UP_JOBS = 2_000;
const ADDED_AT_ONCE = 1_000;
const LOOK_EVERY_MS = 20;
const LONGEST_MS = 10_000;

const [peer, variant, places] = process.argv.slice(2);
const { open } = await import(`./${peer}.mjs`);
const queue = await open(JSON.parse(places), variant);

async function latencies() {
  let arrived = Promise.withResolvers();
  const stop = await queue.work(() => arrived.resolve(performance.now()));
  const times = [];
  for (let round = -WARM_UP; round < LATENCIES; round++) {
    arrived = Promise.withResolvers();
    await wait(PAUSE_MS);
    const begin = performance.now();
    const [at] = await Promise.all([arrived.promise, queue.add()]);
    if (round >= 0) times.push(at - begin);
  }
  await stop();
  return times.sort((a, b) => a - b);
}

async function perSecond(jobs) {
  const total = (await queue.left()) + jobs;
  for (let left = jobs; left > 0; left -= ADDED_AT_ONCE) await queue.addMany(Math.min(left, ADDED_AT_ONCE));
  let first;
  let started = 0;
  const stop = await queue.work(() => {
    first ??= performance.now();
    started++;
  });
  // what goes slowly by design is not waited for to its end
  const enough = performance.now() + LONGEST_MS;
  let left = total;
  do {
    await wait(LOOK_EVERY_MS);
    left = await queue.left();
  } while (left > 0 && performance.now() < enough);
  const ms = performance.now() - first;
  await stop();
  if (started < total - left) throw new Error(`${total - left} jobs went, and ${started} were started`);
  return ((total - left) / ms) * 1000;
}

const times = await latencies();
await perSecond(WARM_UP_JOBS);
const rate = await perSecond(JOBS);
const at = (share) => Number(times[Math.ceil(share * times.length) - 1].toFixed(2));
console.log(
  JSON.stringify({
    peer,
    variant,
    start_p50_ms: at(0.5),
    start_p99_ms: at(0.99),
    jobs_per_s: Math.round(rate),
  }),
);
await queue.close();
process.exit(0);
