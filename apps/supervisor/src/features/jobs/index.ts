export { endOfAttempt, lostVerdict, notStartedVerdict } from './attempt-rules.ts';
export {
  inputFiles,
  maskedValues,
  openArguments,
  isMaskedAs,
  sealArguments,
  shownArguments,
  shownFiles,
  type StoredArgument,
} from './arguments.ts';
export { idempotencyKey, onceForKey } from './idempotency.ts';
export { jobsByIds } from './list.ts';
export { jobFilesFor, type EarlierFiles, type JobFiles } from './job-files.ts';
export { durationOf, placeOf, setsOf } from './outlook.ts';
export { HISTORY, RUNS, type DurationRow, type GivenRow } from './statements/outlook.ts';
export { listQueues } from './queue.ts';
export { readRun } from './rules.ts';
export { jobQueries, type JobQueries } from './queries.ts';
export { createdJob, REMEMBERING, starterOfCaller } from './run-routes.ts';
export { jobRoutes } from './routes.ts';
export { visibleJob, visibleJobs } from './visible.ts';
export { holdWaitingOfTask, releaseHeldOfTask } from './statements/hold.ts';
export {
  automaticStarter,
  type AutomaticStart,
  type AutomaticOutcome,
  type StartAutomatically,
} from './automatic.ts';
export {
  createRunner,
  jobSecret,
  outputOf,
  waitingReason,
  type AskPeople,
  type Causes,
  type Counter,
  type CreatedAnswer,
  type Runner,
  type Starter,
} from './run.ts';
export type { NewPending } from './statements/create.ts';
export { stopAnywhere, type Stopper } from './stop.ts';
export { startRetention } from './retention.ts';
export { startCounting } from './stats.ts';
export { jobView, starterOf, UNRESPONSIVE_AFTER_MS } from './view.ts';
export {
  applyChanges,
  keyOf,
  loadAttempts,
  loadReported,
  endUnheard,
  noteLate,
  silentAttempts,
  type AttemptChange,
  type AttemptState,
  type NewChunk,
} from './statements/apply.ts';
export { claimJobs, hostsWithWork } from './statements/claim.ts';
export type { ClaimedJob } from './statements/columns.ts';
export { expireWaiting, releaseDue } from './statements/due.ts';
export {
  attemptsOfAgent,
  cancelUndelivered,
  handOver,
  heldScript,
  jobOfAgent,
  noteAgent,
  noteBegun,
  overdueAttempts,
  takeBack,
} from './statements/agents.ts';
export {
  noteHeld,
  notToForget,
  noteIdle,
  type HeldAttempt,
  type Holding,
  type IdleBot,
  type Presence,
} from './statements/held.ts';
export { hostsToTell } from './statements/tell.ts';
