import type { StreamParser } from '@codemirror/language';
import type { Extension } from '@codemirror/state';

/** A language that scripts are written in. */
export interface Language {
  /** Its own name. */
  name: string;
  /** What files of it end in, the usual first. */
  endings: readonly string[];
  /** The command line that runs it, as a task's `run_as`; empty where the file is executed itself. */
  runAs: string;
  /** What the first line names as interpreter. */
  interpreter?: RegExp;
}

// verbatim: names of languages
export const LANGUAGES = {
  shell: {
    name: 'Shell',
    endings: ['sh', 'bash', 'zsh', 'ksh'],
    runAs: 'bash %script%',
    interpreter: /\b(ba|z|k|da)?sh\b/,
  },
  python: { name: 'Python', endings: ['py', 'pyw'], runAs: 'python3 %script%', interpreter: /\bpython/ },
  javascript: {
    name: 'JavaScript',
    endings: ['js', 'mjs', 'cjs', 'jsx'],
    runAs: 'node %script%',
    interpreter: /\bnode\b/,
  },
  typescript: { name: 'TypeScript', endings: ['ts', 'mts', 'cts', 'tsx'], runAs: 'node %script%' },
  powershell: {
    name: 'PowerShell',
    endings: ['ps1', 'psm1', 'psd1'],
    runAs: 'powershell.exe -NonInteractive -ExecutionPolicy ByPass -File "%script%"',
    interpreter: /\bpwsh\b/,
  },
  batch: { name: 'Batch', endings: ['bat', 'cmd'], runAs: '%script%' },
  perl: { name: 'Perl', endings: ['pl', 'pm'], runAs: 'perl %script%', interpreter: /\bperl/ },
  ruby: { name: 'Ruby', endings: ['rb'], runAs: 'ruby %script%', interpreter: /\bruby/ },
  php: { name: 'PHP', endings: ['php'], runAs: 'php %script%', interpreter: /\bphp/ },
  go: { name: 'Go', endings: ['go'], runAs: 'go run %script%' },
  sql: { name: 'SQL', endings: ['sql'], runAs: '' },
  json: { name: 'JSON', endings: ['json'], runAs: '' },
  yaml: { name: 'YAML', endings: ['yaml', 'yml'], runAs: '' },
  lua: { name: 'Lua', endings: ['lua'], runAs: 'lua %script%', interpreter: /\blua/ },
  r: { name: 'R', endings: ['r'], runAs: 'Rscript %script%', interpreter: /\bRscript\b/ },
  tcl: { name: 'Tcl', endings: ['tcl'], runAs: 'tclsh %script%', interpreter: /\btclsh/ },
  groovy: { name: 'Groovy', endings: ['groovy'], runAs: 'groovy %script%', interpreter: /\bgroovy/ },
  vbscript: { name: 'VBScript', endings: ['vbs'], runAs: 'cscript //NoLogo "%script%"' },
  toml: { name: 'TOML', endings: ['toml'], runAs: '' },
  properties: { name: 'Properties', endings: ['ini', 'conf', 'properties', 'env'], runAs: '' },
  xml: { name: 'XML', endings: ['xml', 'html', 'svg'], runAs: '' },
  dockerfile: { name: 'Dockerfile', endings: ['dockerfile'], runAs: '' },
} as const satisfies Record<string, Language>;

export type LanguageId = keyof typeof LANGUAGES;

const ALL = Object.entries(LANGUAGES) as [LanguageId, Language][];

/** The language of a file, by its ending, else by the interpreter that its first line names; undefined: no known one. */
export function languageOf(filename: string, content = ''): LanguageId | undefined {
  const ending = /\.([A-Za-z0-9]+)$/.exec(filename)?.[1]?.toLowerCase() ?? filename.toLowerCase();
  const byEnding = ALL.find(([, { endings }]) => endings.includes(ending))?.[0];
  if (byEnding !== undefined) return byEnding;
  const first = content.slice(0, 200).split('\n', 1)[0] ?? '';
  if (!first.startsWith('#!')) return undefined;
  return ALL.find(([, { interpreter }]) => interpreter?.test(first))?.[0];
}

/** The command line that usually runs a file; empty: the file itself. */
export function usualRunAs(filename: string, content: string): string {
  const language = languageOf(filename, content);
  // what names its interpreter is run by that
  if (language === undefined) return '';
  return LANGUAGES[language].runAs;
}

const legacy = async <Parser>(
  module: Promise<Parser>,
  pick: (found: Parser) => StreamParser<unknown>,
): Promise<Extension> => {
  const [{ StreamLanguage }, found] = await Promise.all([import('@codemirror/language'), module]);
  return StreamLanguage.define(pick(found));
};

/** What colours, indents and completes each language; loaded when a file of it is opened. */
export const SUPPORT: Readonly<Record<LanguageId, () => Promise<Extension>>> = {
  shell: () => legacy(import('@codemirror/legacy-modes/mode/shell'), ({ shell }) => shell),
  python: async () => (await import('@codemirror/lang-python')).python(),
  javascript: async () => (await import('@codemirror/lang-javascript')).javascript({ jsx: true }),
  typescript: async () =>
    (await import('@codemirror/lang-javascript')).javascript({ typescript: true, jsx: true }),
  powershell: () => legacy(import('@codemirror/legacy-modes/mode/powershell'), (mode) => mode.powerShell),
  batch: () => legacy(import('./batch.ts'), ({ batch }) => batch),
  perl: () => legacy(import('@codemirror/legacy-modes/mode/perl'), ({ perl }) => perl),
  ruby: () => legacy(import('@codemirror/legacy-modes/mode/ruby'), ({ ruby }) => ruby),
  php: async () => (await import('@codemirror/lang-php')).php(),
  go: async () => (await import('@codemirror/lang-go')).go(),
  sql: async () => (await import('@codemirror/lang-sql')).sql(),
  json: async () => (await import('@codemirror/lang-json')).json(),
  yaml: async () => (await import('@codemirror/lang-yaml')).yaml(),
  lua: () => legacy(import('@codemirror/legacy-modes/mode/lua'), ({ lua }) => lua),
  r: () => legacy(import('@codemirror/legacy-modes/mode/r'), ({ r }) => r),
  tcl: () => legacy(import('@codemirror/legacy-modes/mode/tcl'), ({ tcl }) => tcl),
  groovy: () => legacy(import('@codemirror/legacy-modes/mode/groovy'), ({ groovy }) => groovy),
  vbscript: () => legacy(import('@codemirror/legacy-modes/mode/vbscript'), ({ vbScript }) => vbScript),
  toml: () => legacy(import('@codemirror/legacy-modes/mode/toml'), ({ toml }) => toml),
  properties: () => legacy(import('@codemirror/legacy-modes/mode/properties'), (mode) => mode.properties),
  xml: () => legacy(import('@codemirror/legacy-modes/mode/xml'), ({ xml }) => xml),
  dockerfile: () => legacy(import('@codemirror/legacy-modes/mode/dockerfile'), (mode) => mode.dockerFile),
};
