import { enableCompileCache, flushCompileCache } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readSettings } from './settings.ts';

/** Young objects of a bot are few: a small nursery keeps its memory small. */
const FLAGS = ['--max-semi-space-size=1', '--disable-warning=ExperimentalWarning'];

/** Where compiled modules are kept; undefined where the settings are wrong, which the program itself reports. */
function cacheDirectory(): string | undefined {
  try {
    return (
      process.env['NODE_COMPILE_CACHE'] ??
      join(readSettings(process.argv.slice(2), process.env).directory, 'cache')
    );
  } catch {
    return undefined;
  }
}

/** Whether this process had to compile TypeScript. The compiler takes 16 MB for as long as its process lives. */
function hasCompiled(): boolean {
  const { moduleLoadList = [] } = process as { moduleLoadList?: string[] };
  return moduleLoadList.some((name) => name.includes('amaro'));
}

process.umask(0o077);
const cache = cacheDirectory();
if (cache !== undefined) enableCompileCache(cache);
const { program } = await import('./program.ts');
if (cache !== undefined && process.execve && hasCompiled()) {
  // the modules are in the cache now: the same process (pid, streams) begins anew, without the compiler
  flushCompileCache();
  process.removeAllListeners('warning'); // execve calls itself experimental
  const main = fileURLToPath(import.meta.resolve('./program.ts'));
  process.execve(
    process.execPath,
    [process.execPath, ...FLAGS, ...process.execArgv, main, ...process.argv.slice(2)],
    {
      ...process.env,
      NODE_COMPILE_CACHE: cache,
    },
  );
}
await program();
