import { eachIdOnce, ERRORS, operations, type ErrorCode, type Operation } from '@argus/contract';
import { Ajv, type ValidateFunction } from 'ajv';

const ajv = new Ajv({ strict: false });

interface Declared {
  id: string;
  operation: Operation;
  pattern: RegExp;
}

const declared: Declared[] = Object.entries<Operation>(operations).map(([id, operation]) => ({
  id,
  operation,
  pattern: new RegExp(
    `^${operation.scope === 'customer' ? '(/[^/]+)?' : ''}(${[operation.path, ...(operation.aliases ?? [])]
      .join('|')
      .replaceAll('.', '\\.')
      .replaceAll(/\{\w+\}/g, '[^/]+')})$`,
  ),
}));

const validators = new Map<string, ValidateFunction>();

/** Compiled as an answer of it comes: those of all operations take 2 s. */
const validatorOf = (id: string, response: object): ValidateFunction =>
  validators.getOrInsertComputed(id, () => ajv.compile(eachIdOnce(closed(response) as object)));

/** The same schema with objects that hold nothing but what it names: an answer must not say more than declared. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const copy = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]));
  const isObject = copy['type'] === 'object' && 'properties' in copy;
  return isObject && !('additionalProperties' in copy) ? { ...copy, additionalProperties: false } : copy;
}

/** The operations that a request could mean, fixed path segments before parameters. */
function operationOf(method: string, path: string): Declared | undefined {
  const [bare = ''] = path.split('?', 1);
  // an organization in the path is a parameter as well
  const parameters = ({ operation, pattern }: Declared) =>
    operation.path.split('{').length + (pattern.exec(bare)?.[1] === undefined ? 0 : 1);
  return declared
    .filter(({ operation, pattern }) => operation.method === method && pattern.test(bare))
    .sort((a, b) => parameters(a) - parameters(b))[0];
}

interface Answered {
  status: number;
  headers: NodeJS.Dict<string | string[]>;
  text: string;
  body: unknown;
}

/** Throws where an answer is not what the contract says: status, body, the shape of errors. */
export function assertConforms(method: string, path: string, answer: Answered): void {
  const fail = (why: string) => {
    throw new Error(
      `${method} ${path.slice(0, 200)} answered ${answer.status} ${answer.text.slice(0, 500)}: ${why}`,
    );
  };
  const found = operationOf(method, path);
  const own = (answer.body as { statusCode?: unknown } | undefined)?.statusCode === answer.status;
  if (found?.operation.scripted && !(own && 'code' in (answer.body as object))) return;
  if (answer.status >= 400) {
    const problem = problemOfError(answer);
    if (problem !== undefined) fail(problem);
    return;
  }
  // a list that was asked for some fields has no others
  if (found === undefined || answer.status >= 300 || path.includes('include[')) return;
  const { id, operation } = found;
  const validate = operation.response ? validatorOf(id, operation.response) : undefined;
  if (answer.status !== operation.status) fail(`${id} declares the status ${operation.status}`);
  if (operation.produces !== undefined) {
    const type = String(answer.headers['content-type']);
    if (!type.startsWith(operation.produces)) fail(`${id} declares ${operation.produces}, this is ${type}`);
  } else if (operation.page && String(answer.headers['content-type']).startsWith('text/html')) {
    if (/<script|\son\w+=/i.test(answer.text)) fail(`the page of ${id} has a script`);
  } else if (validate === undefined) {
    if (answer.text !== '') fail(`${id} declares no body`);
  } else if (!validate(answer.body)) {
    fail(`not the declared response of ${id}: ${ajv.errorsText(validate.errors)}`);
  }
}

function problemOfError({ status, headers, body }: Answered): string | undefined {
  if (!String(headers['content-type']).startsWith('application/json')) return 'an error is JSON';
  if (typeof body !== 'object' || body === null) return 'an error is an object';
  const { statusCode, code, message, errors, ...more } = body as Record<string, unknown>;
  if (Object.keys(more).length > 0) return `an error has no field ${Object.keys(more).join(', ')}`;
  if (statusCode !== status) return 'statusCode is not the status';
  if (ERRORS[code as ErrorCode]?.status !== status)
    return `the catalogue has no ${String(code)} with this status`;
  if (typeof message !== 'string' || message === '') return 'an error has a message';
  if (/\n\s+at |node_modules|\.ts:\d/.test(message)) return 'an error shows no stack';
  const isField = (one: unknown) =>
    typeof one === 'object' &&
    one !== null &&
    Object.keys(one).length === 2 &&
    typeof (one as Record<string, unknown>)['field'] === 'string' &&
    typeof (one as Record<string, unknown>)['message'] === 'string';
  if (errors !== undefined && !(Array.isArray(errors) && errors.every(isField)))
    return 'errors is a list of {field, message}';
  return undefined;
}
