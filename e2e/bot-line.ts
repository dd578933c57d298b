import { spawn } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

/** Runs the line that enrols a bot as a person would, on a machine of that name; ends the bot when disposed. */
export async function runBotLine(line: string, hostname: string): Promise<AsyncDisposable> {
  const directory = await mkdtemp(join(tmpdir(), 'argus-e2e-bot-'));
  await chmod(directory, 0o755);
  const shell = spawn('sh', ['-c', line], {
    cwd: root,
    // of its own process group, so that npm and all below it can be ended
    detached: true,
    env: { ...process.env, ARGUS_BOT_DIR: directory, ARGUS_BOT_HOSTNAME: hostname },
    stdio: 'ignore',
  });
  return {
    async [Symbol.asyncDispose]() {
      if (shell.exitCode === null && shell.pid !== undefined) {
        const ended = new Promise((resolve) => shell.once('exit', resolve));
        process.kill(-shell.pid, 'SIGTERM');
        await ended;
      }
      // its launcher ends where its socket is removed
      await rm(directory, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
