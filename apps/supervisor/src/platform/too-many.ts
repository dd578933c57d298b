import { ArgusError } from '@argus/contract';

/** A refusal that says when to come back, in its message and as `Retry-After`. */
export function tooMany(waitMs: number): ArgusError {
  const seconds = Math.max(1, Math.ceil(waitMs / 1000));
  const error = new ArgusError('too_many_requests', `Too many tries: try again in ${seconds} s.`);
  error.retryAfterSeconds = seconds;
  return error;
}
