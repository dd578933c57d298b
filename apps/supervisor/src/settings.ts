import { resolve } from 'node:path';
import { CUSTOMER_NAME, RESERVED_NAMES } from '@argus/contract';
import { allowedHosts } from './platform/outbound-rules.ts';

/** One setting: its environment variable, its default, and what it is for. The list is docs and code in one. */
interface Definition {
  variable: string;
  fallback: string;
  help: string;
  secret?: boolean;
}

/** Every setting of the supervisor. Flags mirror the variables: ARGUS_DATA_DIR is `--data-dir`. */
export const SETTINGS = {
  host: { variable: 'ARGUS_HOST', fallback: '127.0.0.1', help: 'Address to listen on.' },
  port: { variable: 'ARGUS_PORT', fallback: '8080', help: 'Port to listen on; 0 takes a free one.' },
  publicUrl: {
    variable: 'ARGUS_PUBLIC_URL',
    fallback: '',
    help: 'Where people and bots reach this server, if not at host and port.',
  },
  dataDir: {
    variable: 'ARGUS_DATA_DIR',
    fallback: './data',
    help: 'Where everything is kept (as root below /root the database and work directories go to /var/lib/argus).',
  },
  databaseUrl: {
    variable: 'ARGUS_DATABASE_URL',
    fallback: '',
    help: 'A PostgreSQL of your own instead of the private one.',
    secret: true,
  },
  customer: {
    variable: 'ARGUS_CUSTOMER',
    fallback: 'demo',
    help: 'The organization made at the first start.',
  },
  adminEmail: { variable: 'ARGUS_ADMIN_EMAIL', fallback: 'admin@localhost', help: 'The first person.' },
  adminPassword: {
    variable: 'ARGUS_ADMIN_PASSWORD',
    fallback: '',
    help: 'Their password; generated at the first start if unset.',
    secret: true,
  },
  adminToken: {
    variable: 'ARGUS_ADMIN_TOKEN',
    fallback: '',
    help: 'The first integration token, 32 characters or more; generated if unset.',
    secret: true,
  },
  secretKey: {
    variable: 'ARGUS_SECRET_KEY',
    fallback: '',
    help: 'Encrypts secrets at rest; generated into the data directory if unset.',
    secret: true,
  },
  localBot: {
    variable: 'ARGUS_LOCAL_BOT',
    fallback: '1',
    help: 'Start a bot on this machine; 0 starts none.',
  },
  botSlots: {
    variable: 'ARGUS_BOT_SLOTS',
    fallback: '10',
    help: 'How many scripts the local bot runs at once.',
  },
  runUser: {
    variable: 'ARGUS_RUN_USER',
    fallback: '',
    help: 'As root: the system user scripts run as (argus-run); `root` opts out.',
  },
  tlsCert: {
    variable: 'ARGUS_TLS_CERT',
    fallback: '',
    help: 'PEM file of the certificate chain; with ARGUS_TLS_KEY serves https.',
  },
  tlsKey: { variable: 'ARGUS_TLS_KEY', fallback: '', help: 'PEM file of the private key.' },
  trustedProxies: {
    variable: 'ARGUS_TRUSTED_PROXIES',
    fallback: '',
    help: 'Addresses or networks whose X-Forwarded-For is believed, separated by commas.',
  },
  smtpUrl: {
    variable: 'ARGUS_SMTP_URL',
    fallback: '',
    help: 'Mail server for invitations, password links and notifications, as smtp://user:password@host:587 or smtps://…; without it an admin hands the links on, and nobody is notified by mail.',
    secret: true,
  },
  mailFrom: {
    variable: 'ARGUS_MAIL_FROM',
    fallback: '',
    help: 'Sender of these mails, as Argus <argus@example.com>; needed with ARGUS_SMTP_URL.',
  },
  allowPrivateUrls: {
    variable: 'ARGUS_ALLOW_PRIVATE_URLS',
    fallback: '',
    help: 'Hosts and networks (10.1.0.0/16) on private addresses that people may have called, separated by commas.',
  },
  push: {
    variable: 'ARGUS_PUSH',
    fallback: '1',
    help: 'Whether people may have their telephones and desktops told while no page is open, by the push services of their browsers; 0: nobody is, and none is called.',
  },
  logLevel: {
    variable: 'ARGUS_LOG_LEVEL',
    fallback: 'info',
    help: 'trace, debug, info, warn, error or silent.',
  },
} as const satisfies Record<string, Definition>;

export interface Settings {
  host: string;
  port: number;
  /** Without a slash at its end; empty until the server listens if unset. */
  publicUrl: string;
  dataDir: string;
  databaseUrl: string | undefined;
  customer: string;
  adminEmail: string;
  adminPassword: string | undefined;
  adminToken: string | undefined;
  secretKey: string | undefined;
  localBot: boolean;
  botSlots: number;
  runUser: string | undefined;
  tls: { cert: string; key: string } | undefined;
  trustedProxies: string[];
  smtpUrl: string | undefined;
  mailFrom: string;
  allowPrivateUrls: string[];
  push: boolean;
  logLevel: string;
}

const LOG_LEVELS: readonly string[] = ['trace', 'debug', 'info', 'warn', 'error', 'silent'];

/** A setting that cannot be used: the message names it and says what to write instead. */
export class SettingsError extends Error {}

/** Reads the settings from flags (which win) and the environment. */
export function readSettings(
  env: Record<string, string | undefined>,
  argv: readonly string[] = [],
): Settings {
  const flags = readFlags(argv);
  const text = (key: keyof typeof SETTINGS): string => {
    const { variable, fallback } = SETTINGS[key];
    return flags.get(variable) ?? (env[variable] || fallback);
  };
  const list = (key: keyof typeof SETTINGS) =>
    text(key)
      .split(',')
      .map((entry) => entry.trim())
      .filter(Boolean);
  const optional = (key: keyof typeof SETTINGS) => text(key) || undefined;
  const whole = (key: keyof typeof SETTINGS, min: number, max: number) => {
    const value = Number(text(key));
    if (!Number.isInteger(value) || value < min || value > max)
      throw bad(key, `must be a whole number from ${min} to ${max}`);
    return value;
  };
  const bad = (key: keyof typeof SETTINGS, why: string) =>
    new SettingsError(`${SETTINGS[key].variable} ${why}`);

  const smtpUrl = optional('smtpUrl');
  if (smtpUrl !== undefined && !/^smtps?:\/\/[^/\s]+/.test(smtpUrl))
    throw bad('smtpUrl', 'must begin with smtp:// or smtps://');
  const mailFrom = text('mailFrom');
  if (smtpUrl !== undefined && !/^[^\s@<>]+@[^\s@<>]+$|<[^\s@<>]+@[^\s@<>]+>$/.test(mailFrom))
    throw bad(
      'mailFrom',
      'must be the sender of mails, like Argus <argus@example.com>, where ARGUS_SMTP_URL is set',
    );

  const customer = text('customer');
  if (!CUSTOMER_NAME.test(customer) || RESERVED_NAMES.includes(customer)) {
    throw bad('customer', 'must be 2 to 63 of a-z, 0-9 and -, and not the name of a route');
  }
  const adminToken = optional('adminToken');
  if (adminToken !== undefined && adminToken.length < 32)
    throw bad('adminToken', 'must have 32 characters or more');
  const adminPassword = optional('adminPassword');
  if (adminPassword !== undefined && adminPassword.length < 8)
    throw bad('adminPassword', 'must have 8 characters or more');
  const secretKey = optional('secretKey');
  if (secretKey !== undefined && secretKey.length < 32)
    throw bad('secretKey', 'must have 32 characters or more');
  const [cert, key] = [optional('tlsCert'), optional('tlsKey')];
  if ((cert === undefined) !== (key === undefined)) throw bad('tlsCert', 'and ARGUS_TLS_KEY go together');
  const localBot = text('localBot');
  if (localBot !== '0' && localBot !== '1') throw bad('localBot', 'must be 0 or 1');
  const push = text('push');
  if (push !== '0' && push !== '1') throw bad('push', 'must be 0 or 1');
  const publicUrl = text('publicUrl').replace(/\/+$/, '');
  if (publicUrl !== '' && !/^https?:\/\/[^/\s]+/.test(publicUrl))
    throw bad('publicUrl', 'must begin with http:// or https://');
  const allowPrivateUrls = list('allowPrivateUrls');
  try {
    allowedHosts(allowPrivateUrls);
  } catch (error) {
    throw bad('allowPrivateUrls', `cannot be read: ${(error as Error).message}`);
  }
  if (!LOG_LEVELS.includes(text('logLevel')))
    throw bad('logLevel', `must be one of ${LOG_LEVELS.join(', ')}`);
  if (!/^[^\s@]+@[^\s@]+$/.test(text('adminEmail'))) throw bad('adminEmail', 'must be an e-mail address');

  return {
    host: text('host'),
    port: whole('port', 0, 65_535),
    publicUrl,
    dataDir: resolve(text('dataDir')),
    databaseUrl: optional('databaseUrl'),
    customer,
    adminEmail: text('adminEmail'),
    adminPassword,
    adminToken,
    secretKey,
    localBot: localBot === '1',
    botSlots: whole('botSlots', 1, 1000),
    runUser: optional('runUser'),
    tls: cert !== undefined && key !== undefined ? { cert, key } : undefined,
    trustedProxies: list('trustedProxies'),
    allowPrivateUrls,
    smtpUrl,
    mailFrom,
    push: push === '1',
    logLevel: text('logLevel'),
  };
}

function readFlags(argv: readonly string[]): Map<string, string> {
  const variables = new Map(
    Object.values<Definition>(SETTINGS).map(({ variable }) => [flagOf(variable), variable]),
  );
  const flags = new Map<string, string>();
  for (let index = 0; index < argv.length; index++) {
    const [flag, inline] = (argv[index] as string).split(/=(.*)/s, 2) as [string, string | undefined];
    const variable = variables.get(flag);
    if (variable === undefined)
      throw new SettingsError(
        `${flag} is no flag of this program; there are ${[...variables.keys()].join(', ')}`,
      );
    const value = inline ?? argv[++index];
    if (value === undefined) throw new SettingsError(`${flag} needs a value`);
    flags.set(variable, value);
  }
  return flags;
}

function flagOf(variable: string): string {
  return `--${variable
    .replace(/^ARGUS_/, '')
    .toLowerCase()
    .replaceAll('_', '-')}`;
}
