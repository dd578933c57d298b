// The pages of docs/reference, made from the code they describe: `npm run reference` writes them, and
// reference.test.ts fails while they differ.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SETTINGS as BOT_SETTINGS } from '../apps/bot/src/settings.ts';
import { SETTINGS as SUPERVISOR_SETTINGS } from '../apps/supervisor/src/settings.ts';
import { contractText } from './contract-text.ts';
import { ERRORS, operations, ROLES, type Operation } from '../packages/contract/src/index.ts';

export const directory = join(import.meta.dirname, '../docs/reference');

/** Every page by its file name. */
export function referencePages(): Record<string, string> {
  return {
    'settings.md': settingsPage(),
    'errors.md': errorsPage(),
    'operations.md': operationsPage(),
    'contract.txt': contractText(),
  };
}

function settingsPage(): string {
  const supervisor = Object.values<{ variable: string; fallback: string; help: string; secret?: boolean }>(
    SUPERVISOR_SETTINGS,
  ).map(({ variable, fallback, help, secret }) => [
    code(variable),
    fallback === '' ? '' : code(fallback),
    `${help}${secret ? ' Secret: give it as a variable, not as a flag.' : ''}`,
  ]);
  const bot = Object.entries(BOT_SETTINGS).map(([flag, { variable, help }]) => [
    code(variable),
    code(`--${flag}`),
    `${help}.`,
  ]);
  return page(
    'Settings',
    'Settings are environment variables; a flag, where there is one, wins over its variable.',
    '## Supervisor (`npm start`)',
    'Each variable has a flag: `ARGUS_DATA_DIR` is `--data-dir`, as in `npm start -- --data-dir /srv/argus`.',
    table(['variable', 'default', 'what it is for'], supervisor),
    '## Bot (`npm run argus -- bot`)',
    'The bot that `npm start` runs on its own machine takes its settings from the supervisor and from the variables ' +
      'below that it leaves alone. `--enroll` enrols again where there is a credential already; the code is read from ' +
      '`ARGUS_ENROLL_CODE` or from stdin, never from a flag.',
    table(['variable', 'flag', 'what it is for'], bot),
    '## Command line (`npm run argus -- …`)',
    table(
      ['variable', 'what it is for'],
      [
        ['`ARGUS_URL`, `ARGUS_TOKEN`', 'Server and integration token.'],
        [
          '`ARGUS_DATA_DIR`',
          'Where those two come from if unset: the data directory of a server on this machine.',
        ],
      ],
    ),
  );
}

function errorsPage(): string {
  const rows = Object.entries(ERRORS).map(([name, { status, message }]) => [
    code(name),
    String(status),
    message,
  ]);
  return page(
    'Errors',
    'Every error of the API is JSON of one shape, with a code from the table below. `errors` names the fields, where the ' +
      'fault lies in some.',
    '```json\n{\n  "statusCode": 400,\n  "code": "invalid_arguments",\n' +
      '  "message": "task_arguments[1]: \\"How often\\" may only have digits",\n' +
      '  "errors": [{ "field": "task_arguments[1]", "message": "\\"How often\\" may only have digits" }]\n}\n```',
    'Decide by `code`; the message is for people, and often says more than the general one here. The header ' +
      '`X-Request-Id` finds an unexpected failure in the server’s log, and with `ARGUS_LOG_LEVEL=debug` every request.',
    table(['code', 'status', 'message'], rows),
  );
}

const WHO: Record<string, string> = {
  public: 'everyone',
  secret: 'holders of the secret key',
  signed_in: 'everyone signed in',
  session: 'people who signed in',
  bot: 'bots',
  instance_admin: 'administrators of the server',
};

function operationsPage(): string {
  const tags = Map.groupBy(Object.values<Operation>(operations), ({ tag }) => tag);
  const sections = [...tags].flatMap(([tag, list]) => [
    `## ${capital(tag)}`,
    table(
      ['method', 'path', 'who', 'what it does'],
      list.map(({ method, path, scope, permission, summary }) => [
        method,
        code(scope === 'customer' ? `/{customer}${path}` : path),
        WHO[permission] ?? permission,
        summary,
      ]),
    ),
  ]);
  return page(
    'Operations',
    'The whole API. A running server describes every body and answer at `/openapi.json`.',
    '`{customer}` is the name of the organization, `demo` after a first start. Each such path works without it too; the ' +
      'organization is then the token’s, and a `customer` in the body or the query must agree with it.',
    `Who: a role and those above it, lowest first: ${ROLES.join(', ')}. Access lists narrow this for single tasks ` +
      '([members, roles, tokens](../guide/members-roles-tokens.md)).',
    ...sections,
  );
}

function page(title: string, ...parts: string[]): string {
  const note = '<!-- Made by tools/reference.ts from the code. Do not edit: run `npm run reference`. -->';
  return `${[`# ${title}`, note, ...parts].join('\n\n')}\n`;
}

function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function code(text: string): string {
  return `\`${text}\``;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

if (import.meta.main) {
  mkdirSync(directory, { recursive: true });
  for (const [name, text] of Object.entries(referencePages())) writeFileSync(join(directory, name), text);
}
