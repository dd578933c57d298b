import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { createClient } from '@argus/client';
import { operations, type Operation } from '@argus/contract';
import { until } from '@argus/testing';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { adminSession, browserPath, launchBrowser, openPage } from './browser.ts';
import { startPageServer } from './page-server.ts';

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

const LIMIT_BYTES = 250_000;
/** Nothing more comes by itself once nothing came for so long. */
const QUIET_MS = 2_000;

interface Loaded {
  name: string;
  bytes: number;
}

/** What scripts a page has loaded once it loads no more, the largest first: their bytes as they travelled, compressed. */
async function loadedBy(page: Page): Promise<Loaded[]> {
  let [count, since] = [0, Date.now()];
  return until(async () => {
    const loaded = await page.evaluate<Loaded[]>(`performance.getEntriesByType('resource')
      .filter(({ name }) => new URL(name).pathname.endsWith('.js'))
      .map(({ name, encodedBodySize }) => ({ name: new URL(name).pathname, bytes: encodedBodySize }))`);
    if (loaded.length !== count) [count, since] = [loaded.length, Date.now()];
    return Date.now() - since >= QUIET_MS ? loaded.toSorted((a, b) => b.bytes - a.bytes) : undefined;
  });
}

function expectLight(place: string, loaded: readonly Loaded[]): void {
  const sum = loaded.reduce((total, { bytes }) => total + bytes, 0);
  const largest = loaded.slice(0, 8).map(({ name, bytes }) => `${name} ${bytes}`);
  expect(sum, `${place} loads ${sum} bytes of scripts: ${largest.join(', ')}, …`).toBeLessThanOrEqual(
    LIMIT_BYTES,
  );
}

const PLACES = {
  'en-GB': {
    email: 'E-mail',
    later: ['Command palette', 'How to search'],
    problem: 'It asks nobody: name who may approve.',
  },
  'es-ES': {
    email: 'Correo electrónico',
    later: ['Paleta de comandos', 'Cómo buscar'],
    problem: 'No pregunta a nadie: indicar quién puede aprobar.',
  },
};

test.skipIf(!browserPath)(
  'signing in and the list of tasks load at most 250 kB of scripts each, with all that comes by itself later, in each language',
  async () => {
    await using server = await startPageServer();
    await using browser = await launchBrowser();
    const { url, customer, token } = server;
    const client = createClient({ baseUrl: url, customer, token });
    await client.createTask({ body: { name: 'Weigh', type: 'approval', acls: ['user'] } });
    const storageState = await adminSession(browser, server);
    const weigh = async (
      place: string,
      options: object,
      isDrawn: (page: Page) => Promise<unknown>,
      thereafter?: (page: Page) => Promise<unknown>,
    ) => {
      await using visit = await openPage(browser, options);
      await visit.page.goto(`${url}/app/${place}`);
      await isDrawn(visit.page);
      expectLight(place, await loadedBy(visit.page));
      await thereafter?.(visit.page);
    };
    for (const [locale, { email, later, problem }] of Object.entries(PLACES)) {
      await weigh('login', { locale }, (page) => page.getByLabel(email).waitFor());
      await weigh(
        `${customer}/tasks`,
        { locale, storageState },
        async (page) => {
          await page.getByRole('link', { name: 'Weigh', exact: true }).waitFor();
          // what comes later
          for (const name of later) await page.getByRole('button', { name }).waitFor();
        },
        // what the server says is there for who rests on it
        async (page) => {
          await page.mouse.move(600, 300);
          await page.getByTitle(problem).first().waitFor();
        },
      );
    }
  },
);

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
