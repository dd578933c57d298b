import { readFileSync } from 'node:fs';
import type { FirstStart } from './features/bootstrap/index.ts';

/** What a start prints for people before `ready`. Secrets are printed to a terminal only. */
export function greeting(url: string, made: FirstStart, first: boolean, terminal: boolean): string {
  const secret = (file: string) => (terminal && first ? readFileSync(file, 'utf8').trim() : `in ${file}`);
  return [
    '',
    `  Argus        ${url}`,
    `  Sign in as   ${made.email}`,
    `  Password     ${secret(made.passwordFile)}`,
    '',
    `  Run a sample task from another terminal:`,
    `  curl -sS -X POST -H "Authorization: Bearer $(cat ${quote(made.tokenFile)})" \\`,
    `    ${url}/${made.customer}/task/${made.sampleTask}/job -H 'Content-Type: application/json' -d '{"task_arguments":["90"]}'`,
    '',
    '',
  ].join('\n');
}

function quote(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}
