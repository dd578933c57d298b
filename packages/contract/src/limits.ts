/**
 * Numbers of the bot protocol, apart from its schemas: a bot takes these and the pure rules alone, since loading
 * the schemas costs it 18 MB of memory.
 */

/** Supervisor and bot of one version apart work together: both speak this protocol and the one before. */
export const PROTOCOL_VERSION = 2;
export const OLDEST_PROTOCOL = 1;

/** What a bot may post at once, bytes: log chunks and results, in base64. */
export const EVENTS_MAX_BYTES = 16 * 1024 * 1024;

/** One log chunk carries at most this much text, bytes before compression. */
export const LOG_CHUNK_MAX_BYTES = 256 * 1024;

/** What a script may hand back as its result, bytes (last line or result file). */
export const RESULT_MAX_BYTES = 1024 * 1024;

/** A bot that is not heard of for this long has lost its attempts, unless the task says otherwise; seconds. */
export const LOST_AFTER_DEFAULT_S = 120;

/** Between TERM and KILL, unless the task says otherwise; seconds. */
export const KILL_GRACE_DEFAULT_S = 10;

/** Log kept of one attempt, unless the task says otherwise; bytes. */
export const LOG_LIMIT_DEFAULT_BYTES = 1024 ** 3;

/** A label of a bot, as tasks ask for it. */
export const LABEL_PATTERN = '^[A-Za-z0-9][A-Za-z0-9._:/=+-]{0,62}$';

/** Artifacts of one attempt: how many files are kept, and how many bytes of one of them and of all. */
export const ARTIFACTS_MAX = 1000;
export const ARTIFACT_MAX_BYTES = 256 * 1024 * 1024;
export const ARTIFACTS_MAX_BYTES = 1024 ** 3;

/** The path of an artifact below its directory, characters. */
export const ARTIFACT_NAME_MAX = 500;

/** Artifacts travel in pieces of this size, the last one apart, bytes: what proxies take without being told to take more. */
export const ARTIFACT_PIECE_BYTES = 1024 * 1024;

/** Of the artifacts that were not kept so many are named. */
export const LEFT_OUT_NAMED_MAX = 20;

/** Why an artifact was not kept. */
export const LEFT_OUT_REASONS = [
  'too_large', // more than one may have
  'too_many', // after those that were as many, or as large together, as they may be
  'not_a_file', // a link, a pipe, a socket, a device
  'foreign', // of another user than the one that scripts run as
  'bad_name', // no text, or too long
  'unreadable',
  'changed', // written to while it was sent, time and again
  'refused', // the supervisor, or a proxy before it, did not take it
  'stopped', // somebody stopped the job while it was sent
] as const;
export type LeftOutReason = (typeof LEFT_OUT_REASONS)[number];
