import { snippetCompletion, type Completion } from '@codemirror/autocomplete';
import type { LanguageId } from './languages.ts';

/** A piece of code, with `${}` where the reader goes on typing; its label is what they type to get it. */
type Piece = readonly [label: string, template: string];

// verbatim: code
const PIECES: Partial<Record<LanguageId, readonly Piece[]>> = {
  shell: [
    ['strict', 'set -euo pipefail\n${}'],
    ['argument', '${name}="$\\{1:?which one\\}"\n${}'],
    ['if', 'if [[ ${condition} ]]; then\n  ${}\nfi'],
    ['for', 'for ${item} in "${list}"; do\n  ${}\ndone'],
    ['while-read', 'while IFS= read -r line; do\n  ${}\ndone < "${file}"'],
    ['function', '${name}() {\n  ${}\n}'],
    ['trap', "trap '${rm -f file}' EXIT\n${}"],
    ['result', 'echo \'{"state": "success", "data": ["${value}"]}\'${}'],
  ],
  python: [
    ['main', 'def main():\n    ${}\n\n\nif __name__ == "__main__":\n    main()'],
    ['arguments', 'import sys\n\n${first}, *rest = sys.argv[1:]\n${}'],
    ['result', 'print(json.dumps({"state": "success", "data": [${value}]}))${}'],
    ['run', 'subprocess.run([${command}], check=True)${}'],
  ],
  javascript: [
    ['arguments', 'const [${first}] = process.argv.slice(2);\n${}'],
    ['result', "console.log(JSON.stringify({ state: 'success', data: [${value}] }));${}"],
    ['fetch-json', 'const response = await fetch(${url});\nconst body = await response.json();\n${}'],
  ],
  powershell: [
    ['param', 'param(\n  [Parameter(Mandatory)] [string] $${Name}\n)\n${}'],
    ['stop', "$ErrorActionPreference = 'Stop'\n${}"],
    ['try', 'try {\n  ${}\n} catch {\n  Write-Error $_\n  exit 1\n}'],
    ['result', "@{ state = 'success'; data = @(${value}) } | ConvertTo-Json -Compress${}"],
  ],
  batch: [
    ['for', 'for %%${i} in (${list}) do (\n  ${}\n)'],
    ['if-error', 'if errorlevel 1 exit /b 1\n${}'],
  ],
  perl: [
    ['strict', 'use strict;\nuse warnings;\n${}'],
    ['arguments', 'my ($${first}) = @ARGV;\n${}'],
  ],
  ruby: [
    ['arguments', '${first}, *rest = ARGV\n${}'],
    ['result', 'puts JSON.generate(state: "success", data: [${value}])${}'],
  ],
  php: [['arguments', '[, $${first}] = $argv;\n${}']],
};

/** What is offered beside the words of the file; some of it comes with the languages themselves. */
export function snippetsOf(language: LanguageId | undefined): readonly Completion[] {
  const pieces = PIECES[language === 'typescript' ? 'javascript' : (language ?? 'sql')] ?? [];
  return pieces.map(([label, template]) => snippetCompletion(template, { label, type: 'text', boost: 1 }));
}
