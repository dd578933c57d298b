import { Type, type Static } from 'typebox';

/**
 * The error catalogue: every code an answer can carry, its HTTP status, and the sentence used where the place
 * that fails has nothing better to say. A message says what to do next.
 */
export const ERRORS = {
  invalid_input: { status: 400, message: 'The request is not valid.' },
  invalid_json: { status: 400, message: 'The body is not valid JSON.' },
  invalid_arguments: { status: 400, message: 'The task arguments are not valid.' },
  invalid_id: { status: 400, message: 'An id is 24 lower-case hex digits.' },
  unauthorized: { status: 401, message: 'Sign in, or send a valid token as "Authorization: Bearer …".' },
  ambiguous_token: { status: 401, message: 'Send the token in exactly one place: header, query or body.' },
  wrong_login: { status: 401, message: 'E-mail or password is wrong.' },
  forbidden: { status: 403, message: 'Your role does not allow this.' },
  wrong_secret: { status: 403, message: 'Unknown id or wrong secret key.' },
  wrong_link: {
    status: 403,
    message: 'This link is unknown, used or expired: ask for a new one.',
  },
  wrong_origin: { status: 403, message: 'A page of another origin may not write with your session.' },
  not_found: { status: 404, message: 'There is no such thing here.' },
  method_not_allowed: { status: 405, message: 'This path does not take that method.' },
  request_timeout: { status: 408, message: 'The job has not ended yet; ask again.' },
  conflict: { status: 409, message: 'The object is in use or has changed.' },
  wrong_customer: { status: 409, message: 'The token belongs to another organization.' },
  already_ended: { status: 409, message: 'The job has ended already.' },
  idempotency_mismatch: { status: 409, message: 'This Idempotency-Key was used with another body.' },
  stale_lease: { status: 409, message: 'This attempt is not yours (any more).' },
  too_large: { status: 413, message: 'The body is too large.' },
  uri_too_long: { status: 414, message: 'The address is too long; use POST.' },
  unsupported_media_type: { status: 415, message: 'Send JSON, a urlencoded form or multipart.' },
  cannot_run: { status: 422, message: 'The task cannot run yet.' },
  remote_failed: { status: 424, message: 'The other server did not give what was expected.' },
  upgrade_required: { status: 426, message: 'The bot protocol is too old or too new for this supervisor.' },
  too_many_requests: { status: 429, message: 'Too many requests; try again later.' },
  internal: { status: 500, message: 'Something went wrong here; the log has it under this request id.' },
  unavailable: {
    status: 503,
    message: 'The supervisor is starting, stopping or has lost its database; try again.',
  },
} as const satisfies Record<string, { status: number; message: string }>;

export type ErrorCode = keyof typeof ERRORS;

export const FieldError = Type.Object({ field: Type.String(), message: Type.String() });
export type FieldError = Static<typeof FieldError>;

/** The one shape of every error answer. */
export const ErrorBody = Type.Object({
  statusCode: Type.Integer(),
  code: Type.String(),
  message: Type.String(),
  errors: Type.Optional(Type.Array(FieldError)),
});
export type ErrorBody = Static<typeof ErrorBody>;

/** An expected failure: thrown by a use case, answered in the catalogue's shape. */
export class ArgusError extends Error {
  readonly code: ErrorCode;
  readonly errors: readonly FieldError[] | undefined;
  /** When it is worth another try; answered as `Retry-After`. */
  retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, message: string = ERRORS[code].message, errors?: readonly FieldError[]) {
    super(message);
    this.name = 'ArgusError';
    this.code = code;
    this.errors = errors;
  }

  get statusCode(): number {
    return ERRORS[this.code].status;
  }

  toBody(): ErrorBody {
    const { code, statusCode, message, errors } = this;
    return { statusCode, code, message, ...(errors && { errors: [...errors] }) };
  }
}

/** Shorthand for one bad field: the message names it too, for readers of `message` alone. */
export function invalid(field: string, message: string, code: ErrorCode = 'invalid_input'): ArgusError {
  return new ArgusError(code, `${field}: ${message}`, [{ field, message }]);
}
