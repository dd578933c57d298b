import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { callFor } from './callers.ts';
import { check } from './checker.ts';
import type { JobHistory, Violation } from './history.ts';
import { inject, noDamage, type Damage } from './inject.ts';
import { historiesOf, observe, witnessed } from './observer.ts';
import { isSilence, processes, type Fault, type Round } from './plan.ts';
import type { Stage } from './stage.ts';

/** How long jobs may take to end once all faults are over, milliseconds. */
const END_MS = 60_000;
/** The same where scripts run for most of a minute, some of them twice. */
const LONG_END_MS = 180_000;

export interface RoundResult {
  round: Round;
  damage: Damage;
  jobs: JobHistory[];
  violations: Violation[];
  /** How many logs were read as they came, to their end. */
  followed: number;
  ms: number;
}

/** Plays one round: jobs are asked for while faults are done, all are undone, all jobs end, and what is told is checked. */
export async function play(stage: Stage, round: Round): Promise<RoundResult> {
  const began = performance.now();
  const damage = noDamage();
  await arm(stage, round.faults);
  const observer = observe(stage);
  const callers = callFor(stage, round, (id) => observer.watch(id));
  let isAsked = false;
  const asked = callers.done.then(() => (isAsked = true));
  const isOver = () => isAsked && observer.allEnded;
  await Promise.all([
    asked,
    ...round.faults.map(async (fault) => {
      while (!isAsked && callers.acknowledged() < fault.afterJobs) await pause(10);
      await inject(stage, fault, damage, isOver);
    }),
  ]);

  const giveUp = performance.now() + (round.faults.some(isSilence) ? LONG_END_MS : END_MS);
  while (performance.now() < giveUp) {
    for (const id of await witnessed(stage)) observer.watch(id);
    if (observer.allEnded) break;
    await pause(50);
  }
  await observer.stop();
  await callers.stopFollowing();
  const jobs = await historiesOf(stage, callers.calls, observer.ends);
  const isGivenUp = jobs.some(({ attempts }) =>
    attempts.some(({ outcome }) => outcome === 'lost' || outcome === 'fenced'),
  );
  if (round.faults.some(isSilence) && !isGivenUp) damage.skipped.push('silence: nothing was given up in it');
  const unexpected = processes().flatMap((who) => stage.processes.get(who)?.takeUnexpected() ?? []);
  const violations = [
    ...check(jobs, damage),
    ...unexpected.map((text): Violation => ({ job: '', rule: 'no program ends by itself', text })),
  ];
  for (const { id } of jobs) await rm(join(stage.witness, id), { force: true });
  const followed = callers.calls.filter((call) => call.followed !== null).length;
  return { round, damage, jobs, violations, followed, ms: performance.now() - began };
}

/** Starts anew what is to end at a step: a process reads its step when it starts. */
async function arm(stage: Stage, faults: readonly Fault[]): Promise<void> {
  await Promise.all(
    faults.map(async (fault) => {
      if (fault.kind !== 'step') return;
      const one = stage.processes.get(fault.who);
      await one?.kill();
      await one?.start(`${fault.step}:${fault.times}:${fault.how}`);
    }),
  );
}
