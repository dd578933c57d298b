import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { marked, type Token, type Tokens } from 'marked';
import type { Contents, GuidePage, Part, Section } from './src/features/guide/parts.ts';

const root = join(import.meta.dirname, '../..');

/** The files that can be read in the page, whole paths: the guide, and what it often sends readers to. */
export const guideFiles: readonly string[] = globSync(
  ['docs/guide/*.md', 'docs/reference/*.md', 'README.md', 'SECURITY.md'],
  { cwd: root },
)
  .map((file) => join(root, file))
  .toSorted();

/** What a file is called in addresses: `bots` of `docs/guide/bots.md`. */
const nameOf = (file: string) => basename(file, '.md').toLowerCase();

/** A file of the guide as the page shows it, and as it is searched. */
export interface GuideDocument {
  contents: Contents;
  page: GuidePage;
  sections: Section[];
  /** Whole paths of the pictures in it; the addresses in `page` are their places here, as `image:0`. */
  images: string[];
}

type Highlight = (language: string, code: string) => Part[];

/** Reads a file of the guide. `highlight` colours code; without it code stays plain. */
export function readDocument(file: string, highlight: Highlight = (_, code) => [code]): GuideDocument {
  return documentOf(file, readFileSync(file, 'utf8'), highlight);
}

function documentOf(file: string, markdown: string, highlight: Highlight): GuideDocument {
  const images: string[] = [];
  const taken = new Map<string, number>();
  const headings: Contents['headings'][number][] = [];
  const sections: Section[] = [{ id: '', heading: '', text: '' }];
  let title = nameOf(file);

  /** As GitHub names them, so that one address is right in both places. */
  const idOf = (text: string) => {
    const id = text
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-');
    const before = taken.get(id) ?? 0;
    taken.set(id, before + 1);
    return before === 0 ? id : `${id}-${before}`;
  };
  const imageOf = (href: string, alt: string): Part => {
    const path = join(dirname(file), href);
    const { width, height } = sizeOfPng(path);
    images.push(path);
    return ['img', { src: `image:${images.length - 1}`, alt, width, height }];
  };
  const linkOf = (href: string, children: Part[]): Part => {
    if (/^(https?|mailto):/.test(href)) return ['a', { href }, ...children];
    const [path = '', anchor] = href.split('#');
    const target = path === '' ? file : join(dirname(file), path);
    if (guideFiles.includes(target))
      return ['a', { page: nameOf(target), ...(anchor !== undefined && { anchor }) }, ...children];
    // what is not in the page is in the directory that Argus was installed from
    const name = relative(root, target);
    return textOf(children) === name
      ? ['code', {}, name]
      : ['span', {}, ...children, ' (', ['code', {}, name], ')'];
  };

  const all = (tokens: readonly Token[] | undefined): Part[] => (tokens ?? []).flatMap(partsOf);
  const cell = (tag: 'td' | 'th', { tokens, align }: Tokens.TableCell): Part => [
    tag,
    align === null ? {} : { align },
    ...all(tokens),
  ];
  const htmlOf = (html: string): Part[] => {
    const image = /<img\s[^>]*>/.exec(html)?.[0];
    const attribute = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(image ?? '')?.[1] ?? '';
    return image === undefined ? [] : [imageOf(attribute('src'), attribute('alt'))];
  };
  const partsOf = (token: Token): Part[] => {
    const one = token as Tokens.Generic;
    switch (token.type) {
      case 'heading': {
        const children = all(one.tokens);
        const text = textOf(children);
        const id = idOf(text);
        if (one['depth'] === 1) {
          // what the whole is called says on no list what the page is about
          title = nameOf(file) === 'readme' ? 'Getting started' : text;
          return [];
        }
        headings.push({ id, text, level: Number(one['depth']) });
        sections.push({ id, heading: text, text: '' });
        return [[`h${one['depth']}`, { id }, ...children]];
      }
      case 'paragraph':
        return [['p', {}, ...all(one.tokens)]];
      case 'blockquote':
      case 'strong':
      case 'em':
      case 'del':
        return [[token.type, {}, ...all(one.tokens)]];
      case 'codespan':
        return [['code', {}, String(one['text'])]];
      case 'code': {
        const code = String(one['text']);
        const language = String(one['lang'] ?? '');
        return [['pre', { code }, ...highlight(language, code)]];
      }
      case 'list': {
        const { ordered, start, items } = token as Tokens.List;
        const children = items.map(({ tokens }): Part => ['li', {}, ...all(tokens)]);
        return [ordered ? ['ol', { start: Number(start) }, ...children] : ['ul', {}, ...children]];
      }
      case 'table': {
        const { header, rows } = token as Tokens.Table;
        // a table that is there for its look has no words above
        const head = header.some(({ text }) => text !== '')
          ? [['thead', {}, ['tr', {}, ...header.map((one) => cell('th', one))]] satisfies Part]
          : [];
        const body = rows.map((row): Part => ['tr', {}, ...row.map((one) => cell('td', one))]);
        return [['table', {}, ...head, ['tbody', {}, ...body]]];
      }
      case 'link':
        return [linkOf(String(one['href']), all(one.tokens))];
      case 'image':
        return [imageOf(String(one['href']), String(one['text']))];
      case 'html':
        return htmlOf(String(one['text']));
      case 'br':
      case 'hr':
        return [[token.type, {}]];
      case 'text':
        return one.tokens ? all(one.tokens) : [String(one['text'])];
      case 'checkbox':
        return [one['checked'] === true ? '☑ ' : '☐ '];
      case 'escape':
        return [String(one['text'])];
      case 'space':
      case 'def':
        return [];
      default:
        throw new Error(`${relative(root, file)}: the guide in the page has no way to show "${token.type}"`);
    }
  };

  const body: Part[] = [];
  for (const token of marked.lexer(markdown)) {
    const parts = partsOf(token);
    body.push(...parts);
    const section = sections.at(-1);
    if (section && token.type !== 'heading')
      section.text = `${section.text} ${parts.map((part) => textOf([part])).join(' ')}`
        .replace(/\s+/g, ' ')
        .trim();
  }
  const contents = { title, headings };
  return { contents, page: { ...contents, body }, sections, images };
}

/** The words in it; those of table cells and items stay apart. */
function textOf(parts: readonly Part[]): string {
  return parts
    .map((part) => {
      if (typeof part === 'string') return part;
      const [tag, { alt }, ...children] = part;
      const text = tag === 'img' ? String(alt) : textOf(children);
      return /^(p|li|t[dh]|tr|pre|img)$/.test(tag) ? `${text} ` : text;
    })
    .join('');
}

/** Pixels, from the head of the file: a page does not move when its pictures come. */
function sizeOfPng(path: string): { width: number; height: number } {
  const bytes = readFileSync(path);
  if (bytes.toString('latin1', 1, 4) !== 'PNG') throw new Error(`${relative(root, path)} is no PNG`);
  return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
}
