import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { filledRequest, type HttpRequest } from '@argus/contract';
import { statusPattern } from './rules.ts';

/** One variable of an environment has a limit of 128 KiB on Linux; in UTF-8 a character has up to four bytes. */
const PIECE = 30_000;

const data = readFileSync(join(import.meta.dirname, 'on-bot', 'http-request.mjs'));

/** What sends the request of an HTTP task from a bot: a script like any other, of which nobody has the source to change. */
export const HTTP_SCRIPT = {
  id: '0'.repeat(24),
  version: 1,
  filename: 'http-request.mjs',
  sha256: createHash('sha256').update(data).digest('hex'),
  size: data.length,
  data,
} as const;

/** How it is run: the bot knows where its own Node is. */
export const HTTP_RUN_AS = '%node% %script%';

/** The request of a job in the environment of that script. */
export function requestEnv(
  request: HttpRequest,
  values: readonly string[],
  labels: readonly (string | undefined)[],
  secrets: ReadonlyMap<string, string>,
): Record<string, string> {
  const whole = JSON.stringify({
    ...filledRequest(request, values, labels, secrets),
    statuses: statusPattern(request.expect_status),
    pattern: request.expect_pattern,
  });
  const env: Record<string, string> = {};
  for (let at = 0; at < whole.length; at += PIECE)
    env[`ARGUS_HTTP_REQUEST_${at / PIECE}`] = whole.slice(at, at + PIECE);
  return env;
}
