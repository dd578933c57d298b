import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { operations, type Operation } from '@argus/contract';
import { expect, test } from 'vitest';

const dist = join(import.meta.dirname, '../apps/web/dist');
const read = (path: string) => readFileSync(join(dist, path), 'utf8');

/** The files that these load before they run, and those that these load. */
function withImports(files: string[], seen = new Set<string>()): Set<string> {
  for (const file of files) {
    if (seen.has(file)) continue;
    seen.add(file);
    const imported = read(file).matchAll(/(?:from|import)\s*["']\.\/([\w.-]+\.js)["']/g);
    withImports(
      [...imported].map(([, name = '']) => `assets/${name}`),
      seen,
    );
  }
  return seen;
}

const index = read('index.html');
// all that the first pages run is asked for by the document itself: none of it waits for another file to be read
const entries = [...index.matchAll(/\/app\/(assets\/[\w.-]+\.js)/g)].map(([, file = '']) => file);
const first = [...withImports([...entries])];

test('signing in and the list of tasks need few files, at most 250 kB of scripts compressed, asked for at once', () => {
  const code = first.map(read).join('');
  for (const text of ['Filter tasks', 'Forgot']) expect(code).toContain(text);
  expect(first.toSorted()).toEqual(entries.toSorted());
  expect(first.length).toBeLessThanOrEqual(5);
  expect(first.reduce((sum, file) => sum + gzipSync(read(file)).length, 0)).toBeLessThanOrEqual(250_000);
});

test('what draws graphs is loaded by nothing but pages that show one', () => {
  expect(first.filter((file) => read(file).includes('react-flow'))).toEqual([]);
  const graph = `assets/${readdirSync(join(dist, 'assets')).find((name) => /^graph-.*\.js$/.test(name))}`;
  expect(read(graph)).toContain('react-flow');
  expect(gzipSync(read(graph)).length).toBeLessThanOrEqual(90_000);
});

test('the page carries routes but no documentation of the API, and nothing that builds code from text', () => {
  const lazy = [
    ...entries
      .map(read)
      .join('')
      .matchAll(/assets\/[\w.-]+\.js/g),
  ].map(String);
  const code = [...withImports([...entries, ...lazy])].map(read).join('\n');
  for (const { path } of [operations.runTask, operations.followJobLog]) expect(code).toContain(path);
  const summaries = Object.values<Operation>(operations).map(({ summary }) => summary);
  // short ones may be words of the page itself
  expect(summaries.filter((summary) => summary.length > 30 && code.includes(summary))).toEqual([]);
  expect(code).not.toMatch(/\bnew Function\(|\beval\(/);
  expect(index).not.toMatch(/<script>|<style>|\son\w+=/);
});
