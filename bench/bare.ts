import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const program = import.meta.resolve('./bare-spawn.ts');

/** What one fresh process measured. */
export interface Bare {
  /** Milliseconds each, or one rate per second. */
  values: number[];
  /** Its memory, megabytes. */
  rssMb: number;
}

/** Measures one bare limit in a fresh process; `bare-spawn.ts` lists them. */
export async function measureBare(...args: string[]): Promise<Bare> {
  const { stdout } = await run(process.execPath, [new URL(program).pathname, ...args]);
  return JSON.parse(stdout) as Bare;
}
