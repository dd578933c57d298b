/** What went wrong, for callers that branch on it. The message says what to do next. */
export type ClusterErrorCode =
  | 'no_binaries'
  | 'no_system_user'
  | 'unreachable'
  | 'wrong_owner'
  | 'exists'
  | 'wrong_version'
  | 'socket_in_use'
  | 'remains_running'
  | 'disk_full'
  | 'no_permission'
  | 'no_memory'
  | 'bad_setting'
  | 'no_answer'
  | 'not_started';

/** A failure of the private cluster that the person who runs it can act on. */
export class ClusterError extends Error {
  readonly code: ClusterErrorCode;

  constructor(code: ClusterErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ClusterError';
    this.code = code;
  }
}

/** The message of anything that can be thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The `code` of a Node or PostgreSQL error (`ENOENT`, `57P03` …), if it has one. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
