import { spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { platform } from '../platform/index.ts';

const NAMES = ['bash', 'sh', 'zsh', 'python3', 'perl', 'node', 'php', 'ruby', 'pwsh'];

/** How long an interpreter may take to say its version, milliseconds. */
const VERSION_MS = 5_000;
const SAID_MAX_BYTES = 4096;

/** Interpreters on a path, name → file. */
export function findInterpreters(path: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of NAMES) {
    const file = findExecutable(name, path);
    if (file !== undefined) found[name] = file;
  }
  return found;
}

/** The file that a command name stands for. */
export function findExecutable(name: string, path: string): string | undefined {
  const names = platform.executableNames(name, process.env);
  return path
    .split(delimiter)
    .flatMap((folder) => names.map((one) => join(folder, one)))
    .find(isExecutable);
}

/** The same with versions in place of files, where they tell one. Takes a process for each, one after the other. */
export async function interpreterVersions(
  found: Readonly<Record<string, string>>,
  signal?: AbortSignal,
): Promise<Record<string, string>> {
  const versions: Record<string, string> = {};
  for (const [name, file] of Object.entries(found)) {
    if (signal?.aborted) break;
    versions[name] = versionIn(await say(file, ['--version'])) ?? file;
  }
  return versions;
}

/** The first number with dots of what a program says of its version. */
export function versionIn(said: string): string | undefined {
  return /\d+(?:\.\d+)+/.exec(said)?.[0];
}

/** What a program writes, both outputs; it is ended with all of its children when it takes too long. */
function say(file: string, args: string[]): Promise<string> {
  return new Promise((resolve) => {
    const child = spawn(file, args, {
      cwd: '/',
      detached: platform.name !== 'windows',
      env: { PATH: process.env.PATH, LC_ALL: 'C' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    const timer = setTimeout(() => killTree(child.pid), VERSION_MS);
    const take = (bytes: Buffer) => {
      if (said.length < SAID_MAX_BYTES) said += bytes.toString();
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.once('error', () => resolve(''));
    child.once('close', (code) => resolve(code === 0 ? said : ''));
    child.once('close', () => clearTimeout(timer));
  });
}

function killTree(pid: number | undefined): void {
  if (pid === undefined) return;
  const command = platform.killTree(pid);
  if (command !== null) {
    const [program = '', ...args] = command;
    spawn(program, args, { stdio: 'ignore' }).on('error', () => {});
    return;
  }
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // ended meanwhile
  }
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
