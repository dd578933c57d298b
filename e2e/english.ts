import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';

const sources = join(import.meta.dirname, '../apps/web/src');

/** What the page says in English, as far as its Spanish is another. */
interface English {
  texts: ReadonlySet<string>;
  /** Of what has something put in. */
  patterns: readonly RegExp[];
}

/** What is called so by the server and by those who write conditions and filters: the same for all. */
const VERBATIM = [/^(failure|timeout|canceled|task|schedule|workflow|job)$/];

/** From all catalogs of the page, and what it has of the server's sentences. */
export function englishOfPage(): English {
  const read = (file: string) => readFileSync(join(sources, file), 'utf8');
  const ofPage = globSync('**/locales/es.po', { cwd: sources }).flatMap((file) =>
    read(file)
      .split(/\n\s*\n/)
      .map(entryOf),
  );
  const ofServer = Object.entries(
    JSON.parse(read('../../../packages/contract/src/sentences/es.json')) as Record<string, string>,
  );
  const entries = [
    ...ofPage,
    ...ofServer.flatMap(([english, spanish]) => [
      { english, spanish },
      { english: sentence(english), spanish },
    ]),
  ];
  const spanish = new Set(entries.flatMap(({ spanish }) => piecesOf(spanish)));
  const other = entries.filter(({ english, spanish }) => english !== '' && english !== spanish);
  const pieces = new Set(other.flatMap(({ english }) => piecesOf(english)));
  const texts = [...pieces].filter((piece) => !spanish.has(piece) && /\p{L}{2}/u.test(piece));
  return {
    texts: new Set(texts.filter((text) => !text.includes('{'))),
    // with fewer words of its own it would be found in what people write
    patterns: texts.filter((text) => text.includes('{') && wordsOf(text) >= 2).map(patternOf),
  };
}

/** As the page writes a reason. */
const sentence = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`.replace(/\.\.$/, '.');

function entryOf(block: string): { english: string; spanish: string } {
  const field = (name: string) =>
    [...(new RegExp(`^${name} ((?:".*"\\n?)+)`, 'm').exec(block)?.[1] ?? '').matchAll(/".*"/g)]
      .map(([text]) => JSON.parse(text) as string)
      .join('');
  return { english: field('msgid'), spanish: field('msgstr') };
}

/** A message as it stands in the page: in pieces where elements are in it, and in the forms that it has by number. */
function piecesOf(message: string): string[] {
  const plural = /\{(\w+), (?:plural|select|selectordinal), ((?:[^{}]*\{(?:[^{}]|\{[^{}]*\})*\})+)\s*\}/.exec(
    message,
  );
  if (plural) {
    const [whole, , forms = ''] = plural;
    return [...forms.matchAll(/\{((?:[^{}]|\{[^{}]*\})*)\}/g)].flatMap(([, form = '']) =>
      piecesOf(message.replace(whole, () => form.replaceAll('#', '{number}'))),
    );
  }
  return message
    .split(/<\/?\d+\/?>/)
    .map((piece) => piece.replace(/\s+/g, ' ').trim())
    .filter((piece) => piece !== '');
}

const withoutPlaces = (text: string) => text.split(/\{[^{}]*\}/);

function wordsOf(text: string): number {
  return (
    withoutPlaces(text)
      .join(' ')
      .match(/\p{L}{3,}/gu)?.length ?? 0
  );
}

function patternOf(text: string): RegExp {
  const parts = withoutPlaces(text).map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join('.+')}$`, 'su');
}

/** What of a page in Spanish is English of ours, in what is read and what is heard. */
export async function englishIn(page: Page, { texts, patterns }: English): Promise<string[]> {
  const found = await page.evaluate<string[]>(`(() => {
    const verbatim = 'script, style, code, pre, kbd, samp, [role=log], .cm-editor, [lang=en]';
    const read = new Set();
    const add = (text) => {
      const words = (text ?? '').replace(/\\s+/g, ' ').trim();
      // of what somebody made long, the ends tell
      if (words !== '') read.add(words.length > 600 ? words.slice(0, 300) + words.slice(-300) : words);
    };
    add(document.title);
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode())
      if (!node.parentElement.closest(verbatim)) add(node.data);
    for (const name of ['aria-label', 'title', 'placeholder', 'alt', 'aria-description', 'aria-valuetext'])
      for (const element of document.querySelectorAll('[' + name + ']')) add(element.getAttribute(name));
    return [...read];
  })()`);
  return found
    .filter((text) => !VERBATIM.some((words) => words.test(text)))
    .filter((text) => texts.has(text) || patterns.some((pattern) => pattern.test(text)))
    .map((text) => `English on a page in Spanish: ${text.slice(0, 160)}`);
}
