import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';

const root = join(import.meta.dirname, '..');

/** Words that English sentences have and Spanish ones do not. */
const ENGLISH =
  /(?<![\w/.@-])(the|of|is|are|and|or|to|for|with|not|this|that|from|by|it|has|was|were|yet|you|your|when|which|what|who|where|there|its|an|at|on|in|nothing|never|every|all|only|new|after|before)(?![\w/.@-])/i;

/** Texts in English that have another form in Spanish, as they stand in the code. */
export function translatedTexts(): ReadonlySet<string> {
  const catalogs = globSync('apps/web/src/**/locales/es.po', { cwd: root });
  const entries = catalogs.flatMap((path) => {
    const text = readFileSync(join(root, path), 'utf8');
    return [...text.matchAll(/^msgid ((?:".*"\n)+)msgstr ((?:".*"\n)+)/gm)];
  });
  const read = (quoted = '') =>
    quoted
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as string)
      .join('');
  return new Set(
    entries
      .map(([, english, spanish]) => [read(english), read(spanish)] as const)
      .filter(([english, spanish]) => english !== '' && english !== spanish && spanish !== '')
      .map(([english]) => english),
  );
}

/** What a page says in English to those who asked for Spanish. `isData`: a text that somebody else wrote. */
export async function englishOn(
  page: Page,
  translated: ReadonlySet<string>,
  isData: (text: string) => boolean,
): Promise<string[]> {
  const texts = await page.evaluate<string[]>(`(() => {
    // in the words of a machine: code, logs, and what is said to be in another language
    const foreign = 'code, pre, kbd, script, style, title, textarea, .cm-editor, [role=log], [lang=en]';
    const texts = new Set();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode())
      if (!node.parentElement.closest(foreign)) texts.add(node.data);
    for (const one of document.querySelectorAll('[aria-label], [title], [placeholder], [alt]'))
      if (!one.closest('[lang=en]'))
        for (const name of ['aria-label', 'title', 'placeholder', 'alt']) texts.add(one.getAttribute(name) ?? '');
    return [...texts, document.title];
  })()`);
  return texts
    .map((text) => text.trim())
    .filter((text) => text !== '' && !isData(text))
    .filter((text) => translated.has(text) || ENGLISH.test(text))
    .map((text) => `in English: ${text}`);
}
