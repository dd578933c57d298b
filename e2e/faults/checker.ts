import { isEnded, type Lifecycle } from '@argus/contract';
import type { AttemptSeen, Explanations, JobHistory, Sight, Violation, WitnessLine } from './history.ts';

/** A timeout by the shim's clock may come this much before one by the script's own, milliseconds: it begins earlier. */
const START_SLACK_MS = 1_000;

type Broken = (rule: Violation['rule'], text: string) => void;

/** Compares what was promised and what the API says with what scripts did. Answers each promise that is broken. */
export function check(jobs: readonly JobHistory[], damage: Explanations): Violation[] {
  const violations: Violation[] = [];
  const explained = {
    ...damage,
    shimKilled: new Set([...damage.shimKilled, ...orderedInVain(jobs, damage)]),
  };
  for (const job of jobs) {
    const broken: Broken = (rule, text) => violations.push({ job: job.id, rule, text });
    const { last } = job;
    if (last === null) {
      if (job.isAcknowledged || job.witness.length > 0)
        broken('every acknowledged run exists and ends', 'the API knows nothing of it');
      continue;
    }
    if (!isEnded(last.lifecycle as Lifecycle)) {
      broken('every acknowledged run exists and ends', `it is ${last.lifecycle} after all`);
      continue;
    }
    checkStarts(job, last, broken);
    checkState(job, last, explained, broken);
    checkOver(job, last, explained, broken);
    checkLogs(job, explained, broken);
    checkStop(job, last, explained, broken);
  }
  return [...violations, ...checkTogether(jobs), ...checkCalls(jobs)];
}

/** The attempts whose order a shim had that was killed before it ran anything: one for each such shim at most. */
function orderedInVain(
  jobs: readonly JobHistory[],
  { shimKilled, idleShimsKilled }: Explanations,
): readonly string[] {
  const unknown = jobs.flatMap((job) =>
    job.attempts
      .filter(({ attempt, outcome }) => outcome === 'unknown' && ofAttempt(job, attempt).length === 0)
      .map(({ attempt, bot }) => ({ key: `${job.id}.${attempt}`, bot: bot ?? '' }))
      .filter(({ key }) => !shimKilled.has(key)),
  );
  return [...Map.groupBy(unknown, ({ bot }) => bot)].flatMap(([bot, group]) =>
    group.slice(0, idleShimsKilled.get(bot) ?? 0).map(({ key }) => key),
  );
}

/** A call that is repeated under its key, by its caller or by the network, makes one job. */
function checkCalls(jobs: readonly JobHistory[]): Violation[] {
  return [...Map.groupBy(jobs, ({ call }) => call)].flatMap(([call, made]) =>
    made.length === 1
      ? []
      : made.map(({ id }) => ({
          job: id,
          rule: 'nothing starts twice',
          text: `the call ${call} made ${made.length} jobs`,
        })),
  );
}

function checkStarts({ task, witness }: JobHistory, last: Sight, broken: Broken): void {
  const rule = 'nothing starts twice';
  const starts = Map.groupBy(
    witness.filter(({ what }) => what === 'start'),
    ({ attempt }) => attempt,
  );
  for (const [attempt, { length }] of starts) {
    if (length > 1) broken(rule, `attempt ${attempt} started ${length} times`);
    if (attempt > last.attempt) broken(rule, `attempt ${attempt} started, the API knows ${last.attempt}`);
  }
  const allowed = 1 + (task.retries ?? 0);
  if (last.attempt > allowed) broken(rule, `${last.attempt} attempts, ${allowed} are allowed`);
}

function checkState(job: JobHistory, last: Sight, explained: Explanations, broken: Broken): void {
  const rule = 'the state is true';
  for (const attempt of job.attempts) {
    const problem = outcomeProblem(job, attempt, explained);
    if (problem !== undefined) broken(rule, `attempt ${attempt.attempt} (${attempt.outcome}): ${problem}`);
  }
  const { firstEnd } = job;
  if (firstEnd && JSON.stringify(firstEnd.sight) !== JSON.stringify(last))
    broken(rule, `it had ended as ${sentence(firstEnd.sight)}, and is ${sentence(last)} now`);
  const seen = job.attempts.find(({ attempt }) => attempt === last.attempt);
  const began = ofAttempt(job, last.attempt).length > 0;
  if (last.lifecycle === 'canceled') {
    if (began || last.attempt > 1)
      broken(rule, 'it is shown as canceled before it started, and its script ran');
    if (job.cancel === 'none') broken(rule, 'it is canceled, and nobody asked for that');
    return;
  }
  if (last.lifecycle === 'expired') return broken(rule, 'it expired, which its task does not know');
  if (seen === undefined) return broken(rule, `it has no attempt ${last.attempt}`);
  if (last.lifecycle === 'terminated' && last.reason_code === 'canceled') {
    // between two attempts, or before its next one began: how each of them ended was looked at above
    if (job.cancel === 'none') broken(rule, 'it is canceled, and nobody asked for that');
    if (last.attempt > (job.task.retries ?? 0) + (seen.outcome === 'canceled' ? 1 : 0))
      broken(rule, 'it is shown as canceled before its next attempt, and has none left');
    return;
  }
  if (seen.outcome !== last.reason_code)
    broken(rule, `its last attempt ended as ${seen.outcome}, the job as ${last.reason_code}`);
  const end = endOf(job, last.attempt);
  if (last.state === 'success' && end?.number !== 0)
    broken(rule, `success, and its script ${end ? `ended with ${end.number}` : 'did not end by itself'}`);
  if (last.lifecycle === 'finished' && last.exit_code !== (end?.number ?? null))
    broken(rule, `exit code ${last.exit_code}, its script says ${end?.number ?? 'nothing'}`);
}

/** Why an attempt cannot have ended as the API says; undefined where it can. */
function outcomeProblem(job: JobHistory, seen: AttemptSeen, explained: Explanations): string | undefined {
  const { attempt, outcome, bot } = seen;
  const lines = ofAttempt(job, attempt);
  const end = endOf(job, attempt);
  const key = `${job.id}.${attempt}`;
  const silence = explained.silent.get(bot ?? '') ?? 0;
  switch (outcome) {
    case 'exit_code':
      return end === undefined ? 'its script did not end by itself' : undefined;
    case 'canceled':
      return lines.length > 0 ? 'its script had started' : undefined;
    case 'stopped':
      return job.cancel === 'none' ? 'nobody asked for that' : undefined;
    case 'timeout': {
      if (job.task.timeout === undefined) return 'its task has no short timeout';
      const ran = (end?.time ?? Infinity) - (lines[0]?.time ?? 0);
      return ran < job.task.timeout * 1000 - START_SLACK_MS
        ? `it ended by itself after ${ran} ms`
        : undefined;
    }
    case 'unknown':
      return explained.shimKilled.has(key) ? undefined : 'nobody killed its shim';
    case 'not_started':
      if (lines.length > 0) return 'its script had started';
      return explained.troubled.has(bot ?? '') || silence > 0 ? undefined : 'nothing happened to its bot';
    case 'lost':
      return silence < job.task.lostAfter * 1000 ? `its bot was silent for ${silence} ms` : undefined;
    case 'fenced':
      if (job.task.onLost === 'keep') return 'its task keeps running what is lost';
      // a fence comes before the attempt is given up: by the grace, and what the shim needs
      return silence < (job.task.lostAfter * 1000) / 2 ? `its bot was silent for ${silence} ms` : undefined;
    case null:
      return 'it has not ended';
    default:
      return 'no script here ends so';
  }
}

/** After its end was seen a job has no process, and its script writes nothing any more. */
function checkOver(job: JobHistory, last: Sight, { silent }: Explanations, broken: Broken): void {
  const rule = 'what ended is over';
  // what is lost may go on where its task keeps it
  const keeps = (attempt: number) => {
    const seen = job.attempts.find((one) => one.attempt === attempt);
    return job.task.onLost === 'keep' && seen?.outcome === 'lost' && silent.has(seen.bot ?? '');
  };
  if (job.alive.length > 0 && !keeps(last.attempt))
    broken(rule, `its processes are there: ${job.alive.join(', ')}`);
  const at = job.firstEnd?.at ?? Infinity;
  const later = job.witness.find(({ time, attempt }) => time > at && !keeps(attempt));
  if (later)
    broken(rule, `its script wrote "${later.what}" ${Math.round(later.time - at)} ms after its end was seen`);
}

function checkLogs(job: JobHistory, explained: Explanations, broken: Broken): void {
  for (const seen of job.attempts) {
    const problem = logProblem(job, seen, explained);
    if (problem !== undefined) broken('the log is complete', `attempt ${seen.attempt}: ${problem}`);
  }
  const { followed, last } = job;
  const log = job.attempts.find(({ attempt }) => attempt === last?.attempt)?.log ?? '';
  // a follower of a job with several attempts saw those before as well
  if (followed !== null && last?.attempt === 1 && followed !== log)
    broken('the log is complete', `who followed it read ${followed.length} of ${log.length} characters`);
}

function logProblem(job: JobHistory, seen: AttemptSeen, explained: Explanations): string | undefined {
  const { attempt, log, outcome, bot } = seen;
  const lines = log.split('\n');
  const rest = lines.pop();
  const wrong = lines.findIndex((line, index) => line !== `line ${index + 1} of attempt ${attempt}`);
  if (wrong >= 0) return `its line ${wrong + 1} is ${JSON.stringify(lines[wrong])}`;
  const written = ofAttempt(job, attempt).reduce(
    (most, { what, number }) => (what === 'line' ? Math.max(most, number) : most),
    0,
  );
  if (lines.length > written + 1) return `it has ${lines.length} lines, its script wrote ${written}`;
  const isCutShort =
    explained.shimKilled.has(`${job.id}.${attempt}`) ||
    (['lost', 'fenced'].includes(outcome ?? '') && explained.silent.has(bot ?? ''));
  if (isCutShort) return undefined;
  if (rest !== '') return `its last line is cut short: ${JSON.stringify(rest)}`;
  if (endOf(job, attempt) && lines.length !== job.spec.lines)
    return `it has ${lines.length} of ${job.spec.lines} lines`;
  return lines.length < written ? `it has ${lines.length} lines, its script wrote ${written}` : undefined;
}

/** Who was told that a job is stopped finds it stopped, unless it ended by itself before. */
function checkStop(job: JobHistory, last: Sight, { shimKilled, silent }: Explanations, broken: Broken): void {
  if (job.cancel !== 'acknowledged' || last.state === 'canceled') return;
  const seen = job.attempts.find(({ attempt }) => attempt === last.attempt);
  const isExplained =
    endOf(job, last.attempt) !== undefined ||
    last.state === 'timeout' ||
    last.reason_code === 'not_started' ||
    shimKilled.has(`${job.id}.${last.attempt}`) ||
    silent.has(seen?.bot ?? '');
  if (!isExplained) broken('a stop stops', `it was stopped, and ended as ${sentence(last)}`);
}

/** From the first to the last thing that an attempt is known to have done. */
interface Span {
  job: string;
  attempt: number;
  from: number;
  to: number;
}

/** What holds for all jobs of a task together: never more of them at once than it allows. */
function checkTogether(jobs: readonly JobHistory[]): Violation[] {
  const rule = 'not more at once than allowed';
  return [...Map.groupBy(jobs, ({ task }) => task.name).values()].flatMap((group) => {
    const { task } = group[0] as JobHistory;
    const most = task.alone ? 1 : (task.maxRunning ?? Infinity);
    const apart = task.onLost === 'stop' ? group.flatMap((job) => crowded([job], 1)) : [];
    return [...crowded(group, most), ...apart].map(({ crowd, most }) => ({
      job: crowd[0]?.job ?? '',
      rule,
      text: `${crowd.map(({ job, attempt }) => `${job}.${attempt}`).join(' and ')} ran at once, ${most} may`,
    }));
  });
}

function crowded(jobs: readonly JobHistory[], most: number): { crowd: Span[]; most: number }[] {
  if (most === Infinity) return [];
  const spans = jobs.flatMap(spansOf).toSorted((a, b) => a.from - b.from);
  return spans.flatMap((span, index) => {
    const crowd = [span, ...spans.slice(0, index).filter(({ to }) => to > span.from)];
    return crowd.length > most ? [{ crowd, most }] : [];
  });
}

function spansOf({ id, witness }: JobHistory): Span[] {
  // one that started twice counts twice
  return [...Map.groupBy(witness, ({ attempt }) => attempt)].map(([attempt, lines]) => ({
    job: id,
    attempt,
    from: Math.min(...lines.map(({ time }) => time)),
    to: Math.max(...lines.map(({ time }) => time)),
  }));
}

function ofAttempt({ witness }: JobHistory, attempt: number): WitnessLine[] {
  return witness.filter((line) => line.attempt === attempt);
}

function endOf(job: JobHistory, attempt: number): WitnessLine | undefined {
  return job.witness.find((line) => line.attempt === attempt && line.what === 'end');
}

function sentence({ lifecycle, state, reason_code, exit_code, attempt }: Sight): string {
  return `${lifecycle}/${state} (${reason_code}, exit code ${exit_code}, attempt ${attempt})`;
}
