import { hostname as systemHostname } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { LABEL_PATTERN } from '@argus/contract/limits';
import { isLoopback } from './link/proxy.ts';
import { LOG_LEVELS, type LogLevel } from './log.ts';
import { Problem } from './problem.ts';

/** Every setting: the variable, the flag that mirrors it, and what it is for. */
export const SETTINGS = {
  url: {
    variable: 'ARGUS_URL',
    help: 'address of the supervisor; taken from the stored credential when unset',
  },
  'data-dir': {
    variable: 'ARGUS_BOT_DIR',
    help: 'directory of the credential, the journal and the work (./bot-data)',
  },
  slots: { variable: 'ARGUS_BOT_SLOTS', help: 'scripts that run at once (10)' },
  'run-user': {
    variable: 'ARGUS_RUN_USER',
    help: 'as root: the user that scripts run as (argus-run); root opts out',
  },
  hostname: { variable: 'ARGUS_BOT_HOSTNAME', help: 'name of this machine at enrolment (the host name)' },
  labels: {
    variable: 'ARGUS_BOT_LABELS',
    help: 'what tasks can ask of this machine, by comma or space: gpu rack:7',
  },
  'min-free-mb': {
    variable: 'ARGUS_BOT_MIN_FREE_MB',
    help: 'with less free on its disk the bot takes no jobs, MiB (64)',
  },
  'log-level': { variable: 'ARGUS_LOG_LEVEL', help: `${LOG_LEVELS.join(', ')} (info)` },
  'with-parent': { variable: 'ARGUS_BOT_WITH_PARENT', help: '1: end when stdin closes' },
  'pass-env': {
    variable: 'ARGUS_BOT_PASS_ENV',
    help: 'names of variables passed on to scripts, by comma or space',
  },
} as const;

/** Only a variable: a command line can be read by every user of the machine. */
const ENROLL_CODE = 'ARGUS_ENROLL_CODE';

export interface Settings {
  /** Without a slash at the end; undefined: as in the stored credential. */
  url: string | undefined;
  directory: string;
  slots: number;
  /** Enrol though there may be a credential already. */
  enroll: boolean;
  enrollCode: string | undefined;
  runUser: string | undefined;
  hostname: string;
  /** In lower case, each once. */
  labels: string[];
  minFreeBytes: number;
  logLevel: LogLevel;
  withParent: boolean;
  passEnv: string[];
}

type Name = keyof typeof SETTINGS;

/** @throws Problem on a flag or a value that is not known */
export function readSettings(argv: readonly string[], env: NodeJS.ProcessEnv): Settings {
  const flags = readFlags(argv);
  const value = (name: Name) => (flags[name] ?? env[SETTINGS[name].variable])?.trim() || undefined;
  const url = value('url');
  const logLevel = value('log-level') ?? 'info';
  if (!isLogLevel(logLevel))
    throw new Problem(`ARGUS_LOG_LEVEL is ${JSON.stringify(logLevel)}: use one of ${LOG_LEVELS.join(', ')}`);
  const slots = Number(value('slots') ?? 10);
  if (!Number.isInteger(slots) || slots < 0 || slots > 1000)
    throw new Problem(`ARGUS_BOT_SLOTS is ${value('slots')}: use a number from 0 to 1000`);
  const minFree = Number(value('min-free-mb') ?? 64);
  if (!Number.isInteger(minFree) || minFree < 0)
    throw new Problem(`ARGUS_BOT_MIN_FREE_MB is ${value('min-free-mb')}: use a whole number of MiB`);
  return {
    url: url === undefined ? undefined : checkUrl(url),
    directory: resolve(value('data-dir') ?? 'bot-data'),
    slots,
    enroll: flags.enroll === true,
    enrollCode: env[ENROLL_CODE]?.trim() || undefined,
    runUser: value('run-user'),
    hostname: sanitizeHostname(value('hostname') ?? systemHostname()),
    labels: checkLabels(words(value('labels'))),
    minFreeBytes: minFree * 1024 * 1024,
    logLevel,
    withParent: ['1', 'true', 'yes'].includes(value('with-parent') ?? ''),
    passEnv: words(value('pass-env')),
  };
}

function words(list = ''): string[] {
  return list.split(/[\s,]+/).filter((word) => word !== '');
}

function checkLabels(labels: readonly string[]): string[] {
  const wrong = labels.find((label) => !new RegExp(LABEL_PATTERN).test(label));
  if (wrong !== undefined)
    throw new Problem(
      `ARGUS_BOT_LABELS: ${JSON.stringify(wrong)} is no label: use up to 63 letters, digits and . _ : / = + -`,
    );
  return [...new Set(labels.map((label) => label.toLowerCase()))];
}

function readFlags(argv: readonly string[]): Partial<Record<Name, string>> & { enroll?: boolean } {
  const names = Object.keys(SETTINGS) as Name[];
  const options = Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]));
  try {
    return parseArgs({ args: [...argv], options: { ...options, enroll: { type: 'boolean' } }, strict: true })
      .values;
  } catch (error) {
    throw new Problem(`${(error as Error).message}\n${flagsText()}`);
  }
}

/** All flags with their variables, one a line. */
export function flagsText(): string {
  return [
    'Flags:',
    `  --enroll: trade the code in ${ENROLL_CODE}, or on stdin, for a credential`,
    ...Object.entries(SETTINGS).map(([name, { variable, help }]) => `  --${name} (${variable}): ${help}`),
  ].join('\n');
}

function isLogLevel(text: string): text is LogLevel {
  return (LOG_LEVELS as readonly string[]).includes(text);
}

/** Refuses what would send the credential in clear over a network. @throws Problem */
export function checkUrl(text: string): string {
  const url = URL.parse(text);
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:'))
    throw new Problem(`${text} is no address of a supervisor: use https://HOST`);
  if (url.protocol === 'http:' && !isLoopback(url.hostname))
    throw new Problem(
      `${text} would send the credential unencrypted: use https://, http:// is only for this machine itself`,
    );
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

/** A name that an enrolment accepts. */
export function sanitizeHostname(name: string): string {
  const clean = name
    .replaceAll(/[^A-Za-z0-9._-]/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, 255);
  return clean === '' ? 'bot' : clean;
}
