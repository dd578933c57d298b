/**
 * Numbers of the bot protocol, apart from its schemas: a bot takes these and the pure rules alone, since loading
 * the schemas costs it 18 MB of memory.
 */

/** Supervisor and bot of one version apart work together. */
export const PROTOCOL_VERSION = 1;

/** What a bot may post at once, bytes: log chunks and results, in base64. */
export const EVENTS_MAX_BYTES = 16 * 1024 * 1024;

/** One log chunk carries at most this much text, bytes before compression. */
export const LOG_CHUNK_MAX_BYTES = 256 * 1024;

/** What a script may hand back as its result, bytes (last line or result file). */
export const RESULT_MAX_BYTES = 1024 * 1024;
