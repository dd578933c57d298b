import axe, { type AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** Expects that nothing on the page, as it is drawn now, keeps somebody from using it: WCAG 2.2 A and AA, serious and above. */
export async function expectAccessible(page: Page): Promise<void> {
  // not as a script of the page, which its Content-Security-Policy would refuse
  await page.evaluate(`if (!window.axe) { ${axe.source} }`);
  const { violations } = await page.evaluate<AxeResults>(
    `window.axe.run(document, { runOnly: ${JSON.stringify(RULES)}, resultTypes: ['violations'] })`,
  );
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  expect(
    serious.flatMap(({ id, help, nodes }) =>
      nodes.map(({ html, failureSummary }) => ({ id, help, html, failureSummary })),
    ),
    page.url(),
  ).toEqual([]);
}
