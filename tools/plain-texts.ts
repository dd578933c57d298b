// Finds texts of the web page that nobody can translate: `npm run check 'texts that are not translated'`.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from 'vite';

/** A text as it stands in the code. */
export interface PlainText {
  line: number;
  text: string;
}

interface Node {
  type: string;
  start: number;
  [field: string]: unknown;
}

/** Calls whose texts are extracted: `t`…`` and its kin. */
const MACROS = new Set(['t', 'msg', 'plural', 'select', 'selectOrdinal', 'defineMessage']);
/** Elements whose texts are extracted. */
const TRANSLATED = new Set(['Trans', 'Plural', 'SelectOrdinal']);
/** Elements whose content is the same in every language. */
const VERBATIM = new Set(['code', 'Code', 'kbd', 'Kbd', 'pre', 'samp', 'style']);
/** What people read or hear of an element, or of an object that becomes one. */
const READ =
  /^(label|title|placeholder|description|alt|message|heading|help|hint|error|aria-label|children)$/i;
const READ_ENDING =
  /(Label|Title|Placeholder|Description|Message|Heading|Text|aria-(roledescription|valuetext))$/;
/** Attributes that no reader sees. */
const UNREAD =
  /^(data-|class|style$|key$|id$|href$|to$|path$|name$|type$|d$|viewBox$|component$|target$|rel$|auto[A-Z])/;
const WORD = /\p{L}{2}/u;
/** Names and examples of what machines read: an address, a path, KEY=value, JSON. */
const VERBATIM_TEXT = /^(Argus|stdout|stderr|[\p{Lu}\d+-]+|\S*([@/\\[\]{}=_]|\w\.\w|--)\S*)$/u;
/** A comment that says, on the line or on the one before, why a text stays as it is. */
const KEPT = /(\/\/|\/\*) verbatim: \S/;
/** Where that comment stands before one of these, it is about all of it. */
const KEPT_WHOLE = new Set([
  'FunctionDeclaration',
  'ExportNamedDeclaration',
  'VariableDeclaration',
  'ReturnStatement',
]);
/** Begins like a sentence or has words beside each other: in a table or a variable, it is for people. */
const SENTENCE = /^\p{Lu}\p{Ll}+(?![\p{L}\d]*\p{Lu})[\p{L}’']*([ .,:;?!…]|$)|\p{L}{2,}[,;:]? \p{L}{2,}/u;

/** The texts of one file that are no macros, in order. */
export function plainTexts(file: string, code: string): PlainText[] {
  const found: PlainText[] = [];
  const lines = code.split('\n');
  const lineOf = (offset: number) => code.slice(0, offset).split('\n').length;
  const isKept = (line: number) => lines.slice(Math.max(0, line - 2), line).some((one) => KEPT.test(one));
  const isKeptWhole = ({ type, start }: Node) =>
    KEPT_WHOLE.has(type) && KEPT.test(lines[lineOf(start) - 2] ?? '');
  const add = ({ start }: Node, text: string, pattern: RegExp) => {
    const shown = text.replace(/\s+/g, ' ').trim();
    if (!pattern.test(shown) || VERBATIM_TEXT.test(shown)) return;
    const line = lineOf(start + (text.length - text.trimStart().length));
    if (!isKept(line)) found.push({ line, text: shown });
  };

  /** `expected`: what makes a text one for people here. */
  const visit = (node: Node, expected: RegExp): void => {
    if (isKeptWhole(node)) return;
    switch (node.type) {
      case 'JSXText':
        add(node, String(node['value']), WORD);
        return;
      case 'Literal':
        if (typeof node['value'] === 'string') add(node, node['value'], expected);
        return;
      case 'TemplateLiteral': {
        const parts = node['quasis'] as { value: { cooked: string } }[];
        add(node, parts.map(({ value }) => value.cooked).join('…'), expected);
        visitAll(node['expressions'] as Node[], SENTENCE);
        return;
      }
      case 'JSXElement':
        visitElement(node);
        return;
      case 'JSXAttribute':
        visitAttribute(node);
        return;
      case 'JSXExpressionContainer':
        visit(node['expression'] as Node, WORD);
        return;
      case 'TaggedTemplateExpression':
        if (isMacro(node['tag'])) visitAll((node['quasi'] as Node)['expressions'] as Node[], SENTENCE);
        else visitChildren(node);
        return;
      case 'CallExpression':
        if (isMacro(node['callee'])) return;
        visitChildren(node);
        return;
      case 'ConditionalExpression':
        visit(node['test'] as Node, SENTENCE);
        visitAll([node['consequent'], node['alternate']] as Node[], expected);
        return;
      case 'LogicalExpression':
        visit(node['left'] as Node, node['operator'] === '&&' ? SENTENCE : expected);
        visit(node['right'] as Node, expected);
        return;
      case 'Property':
        visitProperty(node);
        return;
      case 'BinaryExpression':
        // compared, never shown; put together, it is
        if (node['operator'] === '+') visitChildren(node);
        return;
      case 'NewExpression':
        // of a programming error; what people are shown is an error of the catalogue
        if (nameOf(node['callee']).endsWith('Error')) return;
        visitChildren(node);
        return;
      case 'SwitchCase':
        visitAll(node['consequent'] as Node[], SENTENCE);
        return;
      case 'ImportDeclaration':
      case 'ExportAllDeclaration':
      case 'ImportExpression':
        return;
      default:
        if (!node.type.startsWith('TS') || /^TS(As|Satisfies|NonNull)/.test(node.type)) visitChildren(node);
    }
  };
  const visitAll = (nodes: readonly (Node | null)[], expected: RegExp) => {
    for (const node of nodes) if (node) visit(node, expected);
  };
  const visitChildren = (node: Node) => {
    for (const value of Object.values(node)) {
      if (isNode(value)) visit(value, SENTENCE);
      else if (Array.isArray(value)) visitAll(value.filter(isNode), SENTENCE);
    }
  };
  const visitElement = (node: Node) => {
    const opening = node['openingElement'] as Node;
    const name = nameOf(opening['name']);
    visitAll(opening['attributes'] as Node[], SENTENCE);
    // expressions in it become placeholders
    if (!TRANSLATED.has(name) && !VERBATIM.has(name)) visitAll(node['children'] as Node[], WORD);
  };
  const visitAttribute = (node: Node) => {
    const name = nameOf(node['name']);
    const value = node['value'] as Node | null;
    if (!value || UNREAD.test(name)) return;
    const expected = isRead(name) ? WORD : SENTENCE;
    visit(value.type === 'JSXExpressionContainer' ? (value['expression'] as Node) : value, expected);
  };
  const visitProperty = (node: Node) => {
    const name = nameOf(node['key']);
    if (node['computed']) visit(node['key'] as Node, SENTENCE);
    if (!UNREAD.test(name)) visit(node['value'] as Node, isRead(name) ? WORD : SENTENCE);
  };

  visit(parseSync(file, code).program as unknown as Node, SENTENCE);
  return found;
}

const isRead = (name: string) => READ.test(name) || READ_ENDING.test(name);
const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';
const isMacro = (callee: unknown) => MACROS.has(nameOf(callee));

function nameOf(node: unknown): string {
  if (!isNode(node)) return '';
  const name = node['name'] ?? node['value'];
  return typeof name === 'string' ? name : nameOf(name);
}

const sources = join(import.meta.dirname, '../apps/web/src');

/** All files of the page, below its sources, but tests and what holds CSS. */
function pageFiles(): string[] {
  return readdirSync(sources, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.tsx?$/.test(path) && !/\.test\.|^testing\/|^app\/theme\.ts$/.test(path))
    .sort();
}

if (import.meta.main) {
  const found: string[] = [];
  for (const path of pageFiles()) {
    for (const { line, text } of plainTexts(path, readFileSync(join(sources, path), 'utf8')))
      found.push(`apps/web/src/${path}:${line} ${JSON.stringify(text)}`);
  }
  if (found.length > 0) {
    process.exitCode = 1;
    console.log(found.join('\n'));
    console.log(
      `These ${found.length} texts are no macros of Lingui, so that nobody reads them in another language. ` +
        'Where one must stay as it is, the line before says why: // verbatim: …',
    );
  }
}
