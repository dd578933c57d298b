import axe, { type AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
/** A page whose other colours were looked at differs in nothing else. */
const COLOUR_RULES = ['color-contrast', 'link-in-text-block'];

/** Expects that nothing on the page, as it is drawn now, keeps somebody from using it: WCAG 2.2 A and AA, serious and above. */
export async function expectAccessible(page: Page): Promise<void> {
  expect(await barriersOf(page), page.url()).toEqual([]);
}

/** What keeps somebody from using the page as it is drawn now. `colours`: what those alone bring about. */
export async function barriersOf(page: Page, only: 'all' | 'colours' = 'all'): Promise<string[]> {
  const runOnly = only === 'all' ? RULES : COLOUR_RULES;
  // not as a script of the page, which its Content-Security-Policy would refuse; a page gets it once, as half a megabyte takes 0.4 s of CPU
  if (!(await page.evaluate('"axe" in window'))) await page.evaluate(axe.source);
  // colours in between two schemes are nobody's
  await page.evaluate(`Promise.all(document.getAnimations()
    .filter(({ effect }) => effect?.getComputedTiming().iterations !== Infinity)
    .map(({ finished }) => finished.catch(() => undefined)))`);
  const { violations } = await page.evaluate<AxeResults>(
    `window.axe.run(document, { runOnly: ${JSON.stringify(runOnly)}, resultTypes: ['violations'] })`,
  );
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  return serious.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary = '' }) => `${id}: ${html} – ${failureSummary.replace(/\s+/g, ' ')}`),
  );
}
