import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { guideFiles, readDocument } from './guide-document.ts';
import { GUIDE_GROUPS } from './src/features/guide/groups.ts';
import type { Part } from './src/features/guide/parts.ts';

const root = join(import.meta.dirname, '../..');
const documents = guideFiles.map((file) => ({ file: relative(root, file), ...readDocument(file) }));
const GUIDE = new Map(
  documents.map(({ file, contents }) => [basename(file, '.md').toLowerCase(), contents] as const),
);

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

test('each page of the guide is in one group', () => {
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
