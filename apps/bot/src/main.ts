import { enableCompileCache, flushCompileCache } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readSettings } from './settings.ts';

/** Young objects of a bot are few: a small nursery keeps its memory small. */
const FLAGS = ['--max-semi-space-size=1', '--disable-warning=ExperimentalWarning'];

/** Where compiled modules are kept; undefined where the settings are wrong, which the program itself reports. */
function cacheDirectory(): string | undefined {
  try {
    return join(readSettings(process.argv.slice(2), process.env).directory, 'cache');
  } catch {
    return undefined;
  }
}

// The compiler of TypeScript takes 16 MB for as long as a process lives. So the modules are compiled into a cache, and
// this process (same pid, same streams) is replaced by one that finds them there. Where that cannot be, it goes on.
const cache = cacheDirectory();
if (cache !== undefined && process.execve) {
  process.umask(0o077);
  enableCompileCache(cache);
  await import('./program.ts');
  flushCompileCache();
  process.removeAllListeners('warning'); // execve calls itself experimental
  const args = [
    ...FLAGS,
    ...process.execArgv,
    fileURLToPath(import.meta.resolve('./program.ts')),
    ...process.argv.slice(2),
  ];
  process.execve(process.execPath, [process.execPath, ...args], {
    ...process.env,
    NODE_COMPILE_CACHE: cache,
  });
}
const { program } = await import('./program.ts');
await program();
