import { expect, test } from 'vitest';
import { GUIDE_GROUPS } from './groups.ts';
import { GUIDE, loadGuidePage, loadSections } from './library.ts';
import type { Part } from './parts.ts';
import { searchGuide } from './search.ts';

test('all that the build knows of the guide can be opened', async () => {
  expect([...GUIDE.keys()].toSorted()).toEqual(GUIDE_GROUPS.flatMap(({ pages }) => pages).toSorted());
  expect((await loadGuidePage('bots'))?.title).toBe('Bots');
  expect(await loadGuidePage('no-such-page')).toBeUndefined();
});

test('code has its language in colours, and its text whole for the clipboard', async () => {
  const page = await loadGuidePage('running-a-task');
  const code = (page?.body ?? []).filter((part): part is Exclude<Part, string> => part[0] === 'pre');
  expect(code.some(([, { code }]) => String(code).startsWith('curl -sS -H "$auth"'))).toBe(true);
  expect(JSON.stringify(code)).toContain('tok-string');
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
