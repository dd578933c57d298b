export { jobQueries, type JobQueries, type JobRow } from './queries.ts';
export { jobRoutes, visibleJob } from './routes.ts';
export { createRunner, type Counter, type Runner } from './run.ts';
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
export type { CreatedJob } from './statements/create.ts';
export { noteHeld, type HeldAttempt, type Presence } from './statements/held.ts';
export { endForgotten, endSilent } from './statements/lost.ts';
