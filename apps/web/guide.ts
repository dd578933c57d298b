import type { Plugin } from 'vite';
import { readDocument } from './guide-document.ts';
import type { Part } from './src/features/guide/parts.ts';

/**
 * Makes modules of the guide's files (docs/guide and what it links to): `?contents` is its title and headings, `?page`
 * what is shown, `?sections` what is searched. Nothing reads markdown in the browser.
 */
export function guide(): Plugin {
  return {
    name: 'guide',
    enforce: 'pre',
    async load(id) {
      const [, file = '', view] = /^(.*\.md)\?(contents|page|sections)$/.exec(id) ?? [];
      if (view === undefined) return undefined;
      this.addWatchFile(file);
      const document = readDocument(file, view === 'page' ? await highlighter() : undefined);
      if (view !== 'page')
        return `export default ${JSON.stringify(view === 'contents' ? document.contents : document.sections)};`;
      const imports = document.images.map(
        (path, index) => `import image${index} from ${JSON.stringify(path)};`,
      );
      // the address of a picture is known to the bundler alone
      const page = JSON.stringify(document.page).replace(/"image:(\d+)"/g, 'image$1');
      return `${imports.join('\n')}\nexport default ${page};`;
    },
  };
}

/** Colours code with the parsers of the script editor, as it is built: elements with classes `tok-…`. */
async function highlighter(): Promise<(language: string, code: string) => Part[]> {
  const [{ StreamLanguage }, { shell }, { json }, { python }, { javascript }, highlight] = await Promise.all([
    import('@codemirror/language'),
    import('@codemirror/legacy-modes/mode/shell'),
    import('@codemirror/lang-json'),
    import('@codemirror/lang-python'),
    import('@codemirror/lang-javascript'),
    import('@lezer/highlight'),
  ]);
  const parsers = new Map([
    ['sh', StreamLanguage.define(shell).parser],
    ['json', json().language.parser],
    ['python', python().language.parser],
    ['js', javascript().language.parser],
  ]);
  return (language, code) => {
    const parser = parsers.get(language);
    if (!parser) return [code];
    const parts: Part[] = [];
    const add = (text: string, classes: string) =>
      parts.push(classes === '' ? text : ['span', { className: classes }, text]);
    highlight.highlightCode(code, parser.parse(code), highlight.classHighlighter, add, () =>
      parts.push('\n'),
    );
    return parts;
  };
}
