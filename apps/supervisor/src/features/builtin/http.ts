import { filledRequest, type HttpRequest } from '@argus/contract';
import type { Hidden } from '@argus/contract/masks';
import type { Outbound } from '../../platform/outbound.ts';
import { matches } from '../../platform/pattern.ts';
import type { BuiltinEnd } from './queries.ts';
import { isExpected } from './rules.ts';

/** What is put into a request. */
export interface FilledWith {
  values: readonly string[];
  labels: readonly (string | undefined)[];
  /** By name. */
  secrets: ReadonlyMap<string, string>;
  /** What of it must not be seen: an address may answer what it was asked with. */
  hidden: Pick<Hidden, 'result' | 'text'>;
}

/** Sends the request of a task with the arguments of a job; what it puts out is `[body, headers, status]`. */
export async function sendRequest(
  outbound: Pick<Outbound, 'request'>,
  request: HttpRequest,
  { values, labels, secrets, hidden }: FilledWith,
  signal: AbortSignal,
): Promise<BuiltinEnd> {
  const { url, method, headers, body: sent } = filledRequest(request, values, labels, secrets);
  const answer = await outbound.request(url, { method, headers, ...(sent !== '' && { body: sent }) }, signal);
  const body = answer.body.toString('utf8');
  const output = [body, JSON.stringify(answer.headers)].map((text) =>
    // PostgreSQL keeps no NUL, which every image has
    hidden.result(text.replaceAll('\0', '\uFFFD')),
  );
  const done = (state: 'success' | 'failure', reason: string): BuiltinEnd => ({
    lifecycle: 'finished',
    state,
    reason_code: 'status',
    reason: hidden.text(reason),
    output: [...output, `${answer.status}`],
    delay: null,
  });
  if (!isExpected(request.expect_status, answer.status))
    return done(
      'failure',
      `answered with status ${answer.status}, expected ${request.expect_status || '2xx'}`,
    );
  if (request.expect_pattern !== '' && !matches(request.expect_pattern, body))
    return done('failure', `status ${answer.status}, and its body does not match ${request.expect_pattern}`);
  return done('success', `answered with status ${answer.status}`);
}
