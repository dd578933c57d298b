import { ERRORS, type ErrorBody, type ErrorCode, type FieldError } from '../errors.ts';

/** What is said where the place that fails knows more than the catalogue. */
const SAID: Partial<Record<ErrorCode, { message: string; errors?: FieldError[] }>> = {
  invalid_input: oneField('timeout', 'must be integer or null'),
  invalid_arguments: oneField('task_arguments[0]', '"Limit in percent" may only have digits'),
  invalid_id: {
    message: ERRORS.invalid_id.message,
    errors: [{ field: 'id', message: 'must match pattern "^[0-9a-f]{24}$"' }],
  },
  unauthorized: { message: 'The token is unknown, expired or revoked.' },
  forbidden: { message: 'This needs the role admin; yours is user.' },
  method_not_allowed: { message: 'This path takes GET, POST.' },
  cannot_run: { message: 'It has no bot: choose one.' },
};

function oneField(field: string, message: string): { message: string; errors: FieldError[] } {
  return { message: `${field}: ${message}`, errors: [{ field, message }] };
}

/** An answer with this code, as it could be. */
export function errorExample(code: ErrorCode): ErrorBody {
  const { status, message } = ERRORS[code];
  return { statusCode: status, code, message, ...SAID[code] };
}
