/** What a job can wait for. Where several things keep it, the first of these is told: it has to change first. */
export const WAITS_FOR = [
  // on hold
  'person',
  // its delay has not passed
  'due',
  // no bot carries its labels
  'no_bot',
  // disabled, or draining
  'bot_disabled',
  // not heard of
  'bot_away',
  // of its task runs as much as may
  'task_limit',
  // of its organization runs as much as may
  'customer_limit',
  // every bot that may take it has as many jobs as it takes
  'bot_full',
  // bots are free, but for those before it
  'jobs_before',
  // nothing: it is handed out in a moment
  'turn',
] as const;
export type WaitsFor = (typeof WAITS_FOR)[number];

/** Jobs before one are counted up to here. */
export const COUNTED_OF_ONE = 10_000;
/** The same in a list. */
export const COUNTED_IN_LIST = 1_000;
