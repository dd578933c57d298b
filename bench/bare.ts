import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
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

/** Answers POSTs with nothing: `/`, and where it has a database `/end` after two commits. */
export interface BareServer extends AsyncDisposable {
  url: string;
}

export async function startBareServer(database?: object): Promise<BareServer> {
  const file = new URL(import.meta.resolve('./bare-fastify.ts')).pathname;
  const args = database === undefined ? [file] : [file, JSON.stringify(database)];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const [address] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string];
  return {
    url: address.trim(),
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      await once(child, 'exit');
    },
  };
}
