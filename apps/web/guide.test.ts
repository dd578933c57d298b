import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { guideFiles, readDocument } from './guide-document.ts';
import { GUIDE_GROUPS } from './src/features/guide/groups.ts';
import { GUIDE, loadGuidePage, loadSections } from './src/features/guide/library.ts';
import type { Part } from './src/features/guide/parts.ts';
import { searchGuide } from './src/features/guide/search.ts';

const root = join(import.meta.dirname, '../..');
const documents = guideFiles.map((file) => ({ file: relative(root, file), ...readDocument(file) }));

/** Whether the guide has this page, and the heading on it. */
function isThere(page: string, anchor = ''): boolean {
  const contents = GUIDE.get(page);
  return contents !== undefined && (anchor === '' || contents.headings.some(({ id }) => id === anchor));
}

function elementsOf(parts: readonly Part[]): Exclude<Part, string>[] {
  return parts.flatMap((part) => {
    if (typeof part === 'string') return [];
    const [, , ...children] = part;
    return [part, ...elementsOf(children)];
  });
}

test('all that is in docs/guide can be read in the page, each page in one group', () => {
  expect(guideFiles.length).toBeGreaterThan(25);
  expect([...GUIDE.keys()].toSorted()).toEqual(GUIDE_GROUPS.flatMap(({ pages }) => pages).toSorted());
  expect([...GUIDE.values()].filter(({ title }) => title === '')).toEqual([]);
});

test('no link of the guide is dead: pages, headings, pictures, files', () => {
  const dead = documents.flatMap(({ file, page, images }) => [
    ...elementsOf(page.body)
      .filter(([tag, { page }]) => tag === 'a' && page !== undefined)
      .filter(([, { page, anchor }]) => !isThere(String(page), String(anchor ?? '')))
      .map(([, { page, anchor }]) => `${file}: ${page}#${anchor ?? ''}`),
    ...images.filter((path) => !existsSync(path)),
    ...[...readFileSync(join(root, file), 'utf8').matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)]
      .map(([, href = '']) => href)
      .filter((href) => !/^[a-z]+:/.test(href) && !existsSync(join(root, dirname(file), href)))
      .map((href) => `${file}: ${href}`),
  ]);
  expect(dead).toEqual([]);
});

test('a file of the repository that is not in the page is named, and no link', () => {
  const bots = documents.find(({ file }) => file === 'README.md');
  const elements = elementsOf(bots?.page.body ?? []);
  expect(elements.find(([tag, , text]) => tag === 'code' && text === 'ARCHITECTURE.md')).toBeDefined();
  expect(elements.filter(([tag, { href }]) => tag === 'a' && /\.md/.test(String(href)))).toEqual([]);
});

test('code has its language in colours, and its text whole for the clipboard', async () => {
  const page = await loadGuidePage('running-a-task');
  const code = elementsOf(page?.body ?? []).filter(([tag]) => tag === 'pre');
  expect(code.some(([, { code }]) => String(code).startsWith('curl -sS -H "$auth"'))).toBe(true);
  expect(elementsOf(code).some(([, { className }]) => className === 'tok-string')).toBe(true);
  expect(await loadGuidePage('no-such-page')).toBeUndefined();
});

test('the search finds all words, those of headings first', async () => {
  const sections = await loadSections();
  const find = (text: string) => searchGuide(sections, (page) => GUIDE.get(page)?.title ?? '', text);
  expect(find('replay window')[0]).toMatchObject({ page: 'webhooks', id: 'the-replay-window' });
  expect(find('TIMEOUTS').map(({ page }) => page)).toContain('stopping-and-timeouts');
  expect(find('(+[')).toEqual([]);
  expect(find('  ')).toEqual([]);
  const [first] = find('invalid_arguments');
  expect(first?.excerpt[1]).toBe('invalid_arguments');
});
