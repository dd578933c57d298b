import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { diskProblem, freeBytes } from '../disk.ts';
import { runningBot } from '../control.ts';
import { credentialFile } from '../link/credential.ts';
import { createLog } from '../log.ts';
import { platform } from '../platform/index.ts';
import { scriptPath } from '@argus/contract/environment';
import { findExecutable, findInterpreters, interpreterVersions } from '../run/interpreters.ts';
import { canReach } from '../run/places.ts';
import { DEFAULT_USER, findRunUser } from '../run/run-user.ts';
import type { Settings } from '../settings.ts';
import { fail, ok, warn, type Finding } from './check.ts';
import { isPrivate, openFilesNeeded, parseLimits, processesNeeded } from './rules.ts';

const PERL_MS = 5_000;

/** What this machine is like for a bot. Changes nothing. */
export async function checkMachine(settings: Settings, env: NodeJS.ProcessEnv): Promise<Finding[]> {
  return [
    ...checkDirectory(settings),
    ...checkCredentialFile(settings.directory),
    checkUser(settings),
    checkPerl(env.PATH ?? ''),
    await checkInterpreters(env),
    ...checkLimits(settings.slots),
  ];
}

function checkDirectory({ directory, minFreeBytes }: Settings): Finding[] {
  if (!existsSync(directory)) {
    const parent = nearest(directory);
    return isWritable(parent)
      ? [warn('directory', `${directory} is not there yet`, 'the first start makes it')]
      : [
          fail(
            'directory',
            `${directory} is not there, and ${parent} cannot be written`,
            rightsAdvice(directory),
          ),
        ];
  }
  const problem = diskProblem(directory, minFreeBytes);
  if (problem !== undefined)
    return [fail('directory', problem.replace(/: make.*$/, ''), rightsAdvice(directory))];
  const bot = runningBot(directory);
  return [
    ok(
      'directory',
      `${directory} can be written, ${Math.floor(freeBytes(directory) / 2 ** 20)} MiB are free`,
    ),
    ...(bot === undefined
      ? [warn('process', 'no bot runs on this directory', 'start it')]
      : [ok('process', `the bot runs (pid ${bot.pid})`), checkCapabilities(bot.capabilities)]),
  ];
}

/** What the running bot found out about this machine: how scripts are started, held together and limited. */
function checkCapabilities(capabilities: Readonly<Record<string, string>>): Finding {
  const message = Object.entries(capabilities)
    .map(([what, way]) => `${what}: ${way}`)
    .join(', ');
  const missing = Object.keys(capabilities).filter((what) => capabilities[what] === 'none');
  return missing.length === 0
    ? ok('launcher', message)
    : warn(
        'launcher',
        message,
        `limits of ${missing.join(', ')} cannot be kept here: give the bot control groups (as root, or Delegate=yes in its unit)`,
      );
}

function rightsAdvice(directory: string): string {
  return `make room, or give ${directory} to the user of the bot, or name another directory (ARGUS_BOT_DIR)`;
}

function nearest(path: string): string {
  return existsSync(path) ? path : nearest(dirname(path));
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

function checkCredentialFile(directory: string): Finding[] {
  const file = credentialFile(directory);
  try {
    const { mode } = statSync(file);
    accessSync(file, constants.R_OK);
    return isPrivate(mode) || platform.name === 'windows'
      ? [ok('enrolment', 'this bot is enrolled')]
      : [
          warn(
            'enrolment',
            `others can read ${file}`,
            `chmod 600 ${file}, then enrol again if somebody may have read it`,
          ),
        ];
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT'
      ? [
          fail(
            'enrolment',
            'this bot is not enrolled',
            'make a code at the supervisor (Bots, Enrol a bot) and start the bot with it in ARGUS_ENROLL_CODE',
          ),
        ]
      : [fail('enrolment', `${file} cannot be read`, 'run this as the user of the bot')];
  }
}

function checkUser({ runUser, directory }: Settings): Finding {
  const isRoot = process.getuid?.() === 0;
  const name = runUser ?? DEFAULT_USER;
  if (isRoot && name !== 'root' && platform.account(name) === undefined) {
    return runUser === undefined
      ? warn('user', `the user ${name} is not there yet`, 'the first start makes it')
      : fail('user', `there is no user ${name}`, `make it, or correct ARGUS_RUN_USER`);
  }
  const user = findRunUser(runUser, createLog('silent'));
  if (user.switched && existsSync(directory) && !canReach(user, directory)) {
    return ok(
      'user',
      `scripts run as ${user.name}, which cannot reach ${directory}: their work is elsewhere`,
    );
  }
  if (user.switched) return ok('user', `scripts run as ${user.name}`);
  return isRoot
    ? warn('user', 'scripts run as root', 'leave ARGUS_RUN_USER unset to give them a user of their own')
    : ok('user', `scripts run as ${user.name}, with the rights of the bot`);
}

function checkPerl(path: string): Finding {
  const advice = 'install perl (Debian: perl-base), or put it on the PATH of the bot';
  const file = findExecutable('perl', path);
  if (file === undefined) return fail('perl', 'perl, which launches scripts, is not found', advice);
  try {
    const version = execFileSync(file, ['-e', 'print $^V'], { encoding: 'utf8', timeout: PERL_MS });
    return ok('perl', `${file} ${version}`);
  } catch {
    return fail('perl', `${file} does not run`, advice);
  }
}

async function checkInterpreters(env: NodeJS.ProcessEnv): Promise<Finding> {
  const path = scriptPath(env, process.getuid?.() === 0);
  const versions = await interpreterVersions(findInterpreters(path));
  const list = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return list.length > 0
    ? ok('interpreters', list.join(', '))
    : fail('interpreters', `none is found on ${path}`, 'install what your scripts need, or correct PATH');
}

function checkLimits(slots: number): Finding[] {
  let text: string;
  try {
    text = readFileSync('/proc/self/limits', 'utf8');
  } catch {
    return []; // only Linux tells
  }
  const { openFiles, processes } = parseLimits(text);
  return [
    checkLimit('open files', openFiles, openFilesNeeded(slots), 'ulimit -n, LimitNOFILE= in the unit'),
    checkLimit('processes', processes, processesNeeded(slots), 'ulimit -u, TasksMax= in the unit'),
  ].filter((finding) => finding !== undefined);
}

function checkLimit(
  check: string,
  limit: number | undefined,
  needed: number,
  how: string,
): Finding | undefined {
  if (limit === undefined) return undefined;
  const message = limit === Infinity ? 'without a limit' : `at most ${limit}`;
  return limit < needed
    ? warn(check, `${message}, ${needed} may be needed`, `raise it (${how}), or lower ARGUS_BOT_SLOTS`)
    : ok(check, message);
}
