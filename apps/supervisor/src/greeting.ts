import { readFileSync } from 'node:fs';
import { passwordFile, tokenFile, type FirstStart } from './features/bootstrap/index.ts';
import type { Settings } from './settings.ts';

export interface Greeting {
  url: string;
  made: FirstStart;
  /** Whether this start made it all. */
  first: boolean;
  /** Where the database is, when it is not in the data directory. */
  elsewhere: string | undefined;
  /** Whether a person reads this: secrets are printed to a terminal only. */
  terminal: boolean;
}

/** What a start prints for people before `ready`. */
export function greeting(settings: Settings, { url, made, first, elsewhere, terminal }: Greeting): string {
  const password = passwordFile(settings);
  const lines = [
    `Argus        ${url}`,
    `Sign in as   ${made.email}`,
    `Password     ${terminal && first ? readFileSync(password, 'utf8').trim() : `in ${password}`}`,
    `Data         ${settings.dataDir}${elsewhere === undefined ? '' : `, database in ${elsewhere}`}`,
    '',
    'Run a sample task from another terminal:',
    `curl -sS -X POST -H "Authorization: Bearer $(cat ${quote(tokenFile(settings))})" \\`,
    `  ${url}/${made.customer}/task/${made.sampleTask}/job -H 'Content-Type: application/json' -d '{"task_arguments":["90"]}'`,
  ];
  return `\n${lines.map((line) => `  ${line}`.trimEnd()).join('\n')}\n\n`;
}

function quote(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}
