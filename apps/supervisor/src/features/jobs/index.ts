export { openArguments } from './arguments.ts';
export { jobQueries, type JobQueries } from './queries.ts';
export { jobRoutes } from './routes.ts';
export { visibleJob } from './visible.ts';
export { holdWaitingOfTask, releaseHeldOfTask } from './statements/hold.ts';
export { createRunner, jobSecret, type Counter } from './run.ts';
export { startRetention } from './retention.ts';
export { jobView, UNRESPONSIVE_AFTER_MS } from './view.ts';
export {
  applyChanges,
  keyOf,
  loadAttempts,
  type AttemptChange,
  type AttemptState,
  type NewChunk,
} from './statements/apply.ts';
export { claimJobs, hostsWithWork, type ClaimedJob } from './statements/claim.ts';
export {
  cancelUndelivered,
  endOverdue,
  endRestarted,
  handOver,
  heldScript,
  jobOfAgent,
  noteAgent,
  noteBegun,
  takeBack,
} from './statements/agents.ts';
export { noteHeld, type HeldAttempt, type Presence } from './statements/held.ts';
export { endForgotten, endSilent } from './statements/lost.ts';
export { hostsToTell } from './statements/tell.ts';
