import type { ErrorBody, FieldError } from '@argus/contract';

/** An answer that is not a success, in the API's one shape of errors. */
export class ArgusApiError extends Error {
  readonly statusCode: number;
  /** A code of the contract's catalogue, or `unknown` where something between answered. */
  readonly code: string;
  readonly errors: readonly FieldError[];

  constructor({ statusCode, code, message, errors = [] }: ErrorBody) {
    super(message);
    this.name = 'ArgusApiError';
    this.statusCode = statusCode;
    this.code = code;
    this.errors = errors;
  }

  /** Whether the same call may succeed a little later. */
  get isTemporary(): boolean {
    return (
      this.statusCode === 429 || this.statusCode === 502 || this.statusCode === 503 || this.statusCode === 504
    );
  }

  static async from(response: Response): Promise<ArgusApiError> {
    const body: unknown = await response.json().catch(() => undefined);
    if (isErrorBody(body)) return new ArgusApiError({ ...body, statusCode: response.status });
    const message = `The server answered ${response.status} ${response.statusText}`.trimEnd();
    return new ArgusApiError({ statusCode: response.status, code: 'unknown', message });
  }
}

function isErrorBody(body: unknown): body is ErrorBody {
  return typeof body === 'object' && body !== null && 'code' in body && 'message' in body;
}

/** Whether a failed call is worth repeating: the network or the server was away, nothing was wrong with the call. */
export function isTemporary(error: unknown): boolean {
  // fetch rejects with a TypeError when there was no answer at all
  return error instanceof ArgusApiError ? error.isTemporary : error instanceof TypeError;
}
