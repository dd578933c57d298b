// The sentences of the server that people may read on the page, which speaks other languages than the API:
// `npm run check 'sentences in Spanish'` compares them with the page's catalogue, `npm run sentences` adds new ones to it.
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from 'vite';

interface Node {
  type: string;
  start: number;
  [field: string]: unknown;
}

const root = join(import.meta.dirname, '..');
const catalogue = join(root, 'packages/contract/src/sentences/es.json');

/** Files in which nothing is written for the page. */
const SILENT = [
  /\.test\.ts$|\/testing\/|\/fixtures\//,
  // how the program is started, run and watched
  /supervisor\/src\/((main|settings|start-problems|greeting)\.ts$|backup\/)|\/platform\/(metrics|crypto|web-push|shared-bus|event-stream)\.ts$/,
  // documentation and examples of the API; their errors are made elsewhere
  /contract\/src\/(operations|resources|examples|openapi)[/.]|contract\/src\/bot-protocol\.ts$|\/system\/docs\//,
  // mails, messages to channels, and pages without the page's code
  /\/letters\.ts$|\/notifications\/(facts|words|mail|formats)\.ts$|\/(secret-page|html|web-page)\.ts$|\/pending\/page\.ts$|page-texts\.ts$/,
  // what a first start brings
  /\/bootstrap\//,
];
/** Where a text is SQL: here only what is given to one of SAYING is read. */
const SQL =
  /(queries|acls|ids|list|stats|visible|database|supervisors|lock|lock-file|index-upkeep|partitions|copy)\.ts$|\/statements\//;
/** Calls that make an error of the API. */
const SAYING = /^(ArgusError|invalid|refuse)$/;
/** Calls whose texts are for the log, a programming error, another program, or the documentation. */
const UNHEARD = /^(Error|TypeError|RangeError|Type|log|logOnce|process|console|db|tx|sql|header|createHmac)$/;
/** The same of a property. */
const UNHEARD_PROPERTY =
  /^(field|description|summary|failed|purpose|name|throttle|headers?|content-type|user-agent)$/i;
/** SQL, headers, and what else begins or looks as no sentence does. */
const MACHINE =
  /^(with|select|exists|delete|update|insert) [\w*]|^\(|::|<>| is distinct from |charset|filename=|no-(store|transform)|^HTTP|content-length|^(Accept|Link), |^Link, Location|It was started by|`fixed`: those|_id |_path |^:|ARGUS_ENROLL_CODE=|^argus /;
/** Made where this does not look, or of single words: by the database, by Ajv (`validate.ts`), by the bot and its shim. */
const ELSEWHERE = [
  '[succeeded] {0}',
  '[failed] {0}',
  '[timed out] {0}',
  '[canceled] {0}',
  '[recovered] {0}',
  '[{0} messages] {1}',
  '{0} asks for your approval',
  '{0} waits for your input',
  'by {0}',
  'canceled',
  'stopped by {0}',
  'canceled by {0}',
  'canceled by {0} before it started',
  'canceled by {0} before it began',
  'waited until {0} and was not started',
  'told together with others',
  'and {0} stands before it',
  'and {0} stand before it',
  'nearest: {0} lacks {1}',
  'nearest: {0} lacks {1} and {2}',
  'no bot carries {0} and {1}',
  'that carries {0} and {1}',
  'that carry {0} and {1}',
  'bot {0} runs {1} of {2}',
  '{0} full: {1}',
  '{0} and {1} more',
  'its {0} processes',
  'was {0}, is {1}',
  'was {0}, is {1} s',
  'letters',
  'digits',
  'killed',
  'stopped',
  '{0} day',
  '{0} days',
  '{0} hours',
  '{0} hour',
  '{0} minutes',
  '{0} jobs',
  '1 job',
  'must be string',
  'must be string or null',
  'must be number',
  'must be integer',
  'must be integer or null',
  'must be boolean',
  'must be object',
  'must be object or null',
  'must be array',
  'must be array or null',
  'must be null',
  'must match pattern "{0}"',
  'must match format "{0}"',
  'must match a schema in anyOf',
  'must be equal to constant',
  'must be multiple of {0}',
  'must NOT be valid',
  'must NOT have fewer than {0} characters',
  'must NOT have more than {0} characters',
  'must NOT have fewer than {0} items',
  'must NOT have more than {0} items',
  'must NOT have fewer than {0} properties',
  'must NOT have more than {0} properties',
  'must NOT have duplicate items (items ## {0} and {1} are identical)',
  'property name must be valid',
  'its disk is full: {0} MiB are free at {1}, {2} are needed: make room',
  'it cannot write to {0} ({1}): make it writable',
  'the file system is mounted read-only',
  'the supervisor was not heard of for so long that it might run elsewhere',
  'an argument or a variable holds a NUL character, which no program can receive',
  'the bot was restarted before it could start the script',
  'the machine was restarted while the script ran',
  'the machine was restarted before the script ran',
  'the machine was restarted: nobody knows whether the script had begun',
  '{0}: nobody saw how the script ended',
  'the report of its end ({0}) was refused: {1}',
  '{0}: the interpreter {1} of its first line was not found',
  '{0}: No such file or directory',
  '{0}: Permission denied',
  'the spawn helper ended while it started the script',
];
/** Of the log, keys of counters, mails and messages, names of what is made, and the documentation: no page shows them. */
const UNSAID = new Set([
  'sign in from {0}',
  'sign in as {0} from {1}',
  'sign in as {0}',
  'forgotten from {0}',
  'forgotten by {0}',
  'wrong secrets {0}',
  'refused deliveries {0}',
  'many addresses',
  'nobody knows it',
  'another bot holds it',
  'its lease is another one',
  'jobs past their keeping were deleted',
  'why the query cannot be read',
  'The web page is not built. Start with `npm start`, which builds it.',
  'task and file',
  'flat task',
  '<{0}|Open in Argus>',
  'Open in Argus',
  'asks for your approval',
  'waits for your input',
  'Test of the channel {0}',
  'This is a test, sent by {0}. What rules tell by the channel "{1}" arrives here.',
  'Every task and workflow',
  'Copy of {0}',
  'Imported task',
  'Imported workflow',
  'Binary files {0} and {1} differ',
  'Files {0} and {1} differ in too much to compare: download both',
  '`options` is another name of `select`.',
  'What comes of it when nobody decided in time.',
  'When a decision needs a reason.',
  'As of approvals.',
]);
/** Two words beside each other. */
const WORDS = /\p{L}{2,}[,;:.)]? \(?[\p{L}"“]/u;
/** A text of a placeholder and a word. */
const WORD = /\p{L}{2,}/u;

const isString = (value: unknown): value is string => typeof value === 'string';
const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && isString((value as Node).type);

/** The first name of what is called: `log` of `log.warn`, `invalid` of `invalid`. */
function calleeOf(node: unknown): string {
  if (!isNode(node)) return '';
  if (node.type === 'MemberExpression') return calleeOf(node['object']);
  if (node.type === 'CallExpression') return calleeOf(node['callee']);
  return isString(node['name']) ? node['name'] : '';
}

/** The sentences of a source, each with `{0}`, `{1}` for the values it is given. `sql`: only those of errors. */
export function sentencesOf(file: string, code: string, sql = false): string[] {
  const found = new Set<string>();
  const add = (text: string, isSaid: boolean) => {
    const sentence = shapeOf(text);
    const words = sentence.replace(/\{\d+\}/g, '');
    if (!MACHINE.test(sentence) && !UNSAID.has(sentence) && (isSaid ? WORD : WORDS).test(words))
      found.add(sentence);
  };
  const visit = (value: unknown, isSaid: boolean): void => {
    if (Array.isArray(value)) for (const one of value) visit(one, isSaid);
    if (!isNode(value)) return;
    const node = value;
    if (/^(Import|ExportAll|TaggedTemplate)/.test(node.type)) return;
    if (node.type.startsWith('TS') && !/^TS(As|Satisfies|NonNull)/.test(node.type)) return;
    switch (node.type) {
      case 'Literal':
      case 'TemplateLiteral':
      case 'BinaryExpression':
        if (isSaid || !sql) for (const text of textsOf(node)) add(text, isSaid);
        visit(valuesOf(node), isSaid);
        return;
      case 'NewExpression':
      case 'CallExpression': {
        const name = calleeOf(node['callee']);
        if (UNHEARD.test(name)) return;
        visit(node['callee'], isSaid);
        const given = node['arguments'] as Node[];
        // the code or the field comes first
        if (SAYING.test(name)) visit(given.slice(1, name === 'invalid' ? 2 : 3), true);
        else visit(given, false);
        return;
      }
      case 'Property': {
        const key = node['key'] as Node;
        if (!node['computed'] && UNHEARD_PROPERTY.test(String(key['name'] ?? key['value']))) return;
        visit(node['value'], isSaid);
        return;
      }
      case 'ConditionalExpression':
        visit([node['consequent'], node['alternate']], isSaid);
        return;
    }
    for (const child of Object.values(node))
      if (typeof child === 'object') visit(child, isSaid && !/Function/.test(node.type));
  };
  visit(parseSync(file, code).program, false);
  return [...found];
}

/** What a text can be: where a part of it is one of two texts, it is there with each; `{}` stands for a value. */
function textsOf(node: Node): string[] {
  const join = (before: string[], after: string[]) =>
    before.flatMap((one) => after.map((next) => one + next));
  switch (node.type) {
    case 'Literal':
      return [isString(node['value']) ? node['value'] : '{}'];
    case 'TemplateLiteral': {
      const [first = '', ...rest] = (node['quasis'] as { value: { cooked: string } }[]).map(
        ({ value }) => value.cooked,
      );
      const values = node['expressions'] as Node[];
      return rest.reduce(
        (texts, part, index) => join(join(texts, textsOf(values[index] as Node)), [part]),
        [first],
      );
    }
    case 'BinaryExpression':
      if (node['operator'] !== '+') return ['{}'];
      return join(textsOf(node['left'] as Node), textsOf(node['right'] as Node));
    case 'ConditionalExpression':
      return [node['consequent'], node['alternate']].flatMap((one) => textsOf(one as Node));
    case 'LogicalExpression':
      return node['operator'] === '&&' ? ['', ...textsOf(node['right'] as Node)] : ['{}'];
    default:
      return ['{}'];
  }
}

/** The values in a text, in which there may be texts of their own. */
function valuesOf(node: Node): Node[] {
  switch (node.type) {
    case 'Literal':
      return [];
    case 'TemplateLiteral':
      return (node['expressions'] as Node[]).flatMap(valuesOf);
    case 'BinaryExpression':
      return [node['left'], node['right']].flatMap((one) => valuesOf(one as Node));
    case 'ConditionalExpression':
      return [node['consequent'], node['alternate']].flatMap((one) => valuesOf(one as Node));
    case 'LogicalExpression':
      return node['operator'] === '&&' ? [node['left'] as Node, ...valuesOf(node['right'] as Node)] : [node];
    default:
      return [node];
  }
}

/** A text as the catalogue has it: values that follow each other are one, numbered anew; no space or `;` around it. */
function shapeOf(text: string): string {
  let count = 0;
  return text
    .replace(/(\{\})+/g, () => `{${count++}}`)
    .replace(/\s+/g, ' ')
    .replace(/^[\s;,]+|[\s,:]+$/g, '');
}

/** All sentences of the server, in the order of its files. */
export function serverSentences(): string[] {
  const files = globSync(['apps/supervisor/src/**/*.ts', 'packages/contract/src/**/*.ts'], { cwd: root })
    .filter((file) => !SILENT.some((pattern) => pattern.test(file)))
    .sort();
  const found = files.flatMap((file) =>
    sentencesOf(file, readFileSync(join(root, file), 'utf8'), SQL.test(file)),
  );
  return [...new Set([...ELSEWHERE, ...found])];
}

/** The sentences of `server` as a catalogue: with their translations, where there are any. */
export function renewed(
  server: readonly string[],
  known: Readonly<Record<string, string>>,
): Record<string, string> {
  return Object.fromEntries(server.map((sentence) => [sentence, known[sentence] ?? '']));
}

/** What is wrong with a catalogue, a line for each. */
export function problemsOf(server: readonly string[], known: Readonly<Record<string, string>>): string[] {
  const valuesOf = (text: string) =>
    text
      .match(/\{\d+\}/g)
      ?.toSorted()
      .join() ?? '';
  const said = new Set(server);
  return [
    ...server.filter((sentence) => !known[sentence]).map((sentence) => `not translated: ${sentence}`),
    ...Object.keys(known)
      .filter((sentence) => !said.has(sentence))
      .map((sentence) => `nobody says this: ${sentence}`),
    ...Object.entries(known)
      .filter(([sentence, translation]) => translation !== '' && valuesOf(sentence) !== valuesOf(translation))
      .map(([sentence]) => `has other values in Spanish: ${sentence}`),
  ];
}

if (import.meta.main) {
  const known = JSON.parse(readFileSync(catalogue, 'utf8')) as Record<string, string>;
  const server = serverSentences();
  if (process.argv.includes('--check')) {
    const problems = problemsOf(server, known);
    if (problems.length > 0) {
      process.exitCode = 1;
      console.log(problems.join('\n'));
      console.log(
        '`npm run sentences` takes new sentences into packages/contract/src/sentences/es.json: translate them there.',
      );
    }
  } else {
    writeFileSync(catalogue, `${JSON.stringify(renewed(server, known), null, 2)}\n`);
  }
}
