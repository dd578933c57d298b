import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { openPage } from './browser.ts';

/** Pages open at once: one draws while another waits for its answers. */
const LANES = 2;

/** What is wrong with the page of this place as it is drawn now. */
export type Check = (page: Page, place: string) => Promise<string[]>;

interface Walk {
  browser: Browser;
  /** Where the application is, e.g. `http://127.0.0.1:41231/app`. */
  url: string;
  /** Below it. */
  places: readonly string[];
  options: BrowserContextOptions;
  /** `anew`: each as if it was typed in; `within`: as somebody gets there who is in the application already. */
  how: 'anew' | 'within';
  checks: readonly Check[];
}

/** Visits all places; answers what is wrong, with the first place where it is. */
export async function walk({ browser, url, places, options, how, checks }: Walk): Promise<string[]> {
  const found = new Map<string, string[]>();
  const waiting = [...new Set(places)];
  const lane = async () => {
    await using visit = await openPage(browser, options);
    const { page, complaints } = visit;
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('dialog', (dialog) => {
      // an earlier version in the editor is not saved: the browser asks before it is left
      if (dialog.type() === 'beforeunload') return void dialog.accept();
      complaints.push(`a dialog says ${dialog.message()}`);
      void dialog.dismiss();
    });
    let isOpen = false;
    for (let place = waiting.shift(); place !== undefined; place = waiting.shift()) {
      const problems: string[] = [];
      try {
        if (how === 'within' && isOpen) await goWithin(page, `${url}${place}`);
        else await goAnew(page, `${url}${place}`);
        isOpen = true;
        for (const check of checks) problems.push(...(await check(page, place)));
      } catch (error) {
        problems.push(error instanceof Error ? error.message : String(error));
        isOpen = false;
      }
      for (const problem of new Set([...problems, ...complaints.splice(0)]))
        found.set(problem, [...(found.get(problem) ?? []), place]);
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return [...found].map(
    ([problem, [first, ...more]]) =>
      `${problem} (on ${first}${more.length > 0 ? ` and ${more.length} more` : ''})`,
  );
}

async function goAnew(page: Page, address: string): Promise<void> {
  // Another address behind `#` alone would load nothing. A blank page is of no site: after it, the process starts anew.
  await page.goto(new URL('/api/status', address).href);
  await page.goto(address);
  await settled(page);
}

/** By way of a page that is not there, so that nothing of the page before is taken for the next. */
export async function goWithin(page: Page, address: string): Promise<void> {
  for (const next of [`${address.split('/app/')[0]}/app/nowhere/at/all`, address]) {
    await page.evaluate(`
      for (const heading of document.querySelectorAll('h1')) heading.dataset.former = '';
      history.pushState(null, '', ${JSON.stringify(next)});
    `);
    await page.locator('h1:not([data-former])').first().waitFor();
  }
  await settled(page);
}

export async function settled(page: Page): Promise<void> {
  await page.locator('h1').first().waitFor();
  await page.locator('.mantine-Skeleton-root, .mantine-Loader-root').first().waitFor({ state: 'detached' });
}

/** Which page it is, for who reads the tab or hears the headings. */
export async function problemsOfName(page: Page): Promise<string[]> {
  const headings = await page.locator('h1').count();
  const title = await page.title();
  return [
    ...(headings === 1 ? [] : [`${headings} headings of level 1`]),
    ...(/^\S[^]* [·–] Argus$/.test(title) ? [] : [`its title is ${title}`]),
  ];
}

/** A page that is wider than its window is broken on a telephone. */
export async function problemsOfWidth(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`(async () => {
    const { documentElement } = document;
    // what looks at the width with a script draws a little later
    for (let frame = 0; frame < 30 && documentElement.scrollWidth > documentElement.clientWidth; frame++)
      await new Promise((resolve) => requestAnimationFrame(resolve));
    const { clientWidth, scrollWidth } = documentElement;
    if (scrollWidth <= clientWidth) return [];
    // the words that reach out the furthest, where nothing around them cuts or scrolls
    const isCut = (one) => one !== document.body && (getComputedStyle(one).overflowX !== 'visible' || isCut(one.parentElement));
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const range = document.createRange();
    let [widest, most] = [undefined, clientWidth + 1];
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      range.selectNodeContents(node);
      const { right } = range.getBoundingClientRect();
      if (right > most && !isCut(node.parentElement)) [widest, most] = [node.parentElement, right];
    }
    return ['it is ' + scrollWidth + ' px wide at ' + clientWidth + ': ' + (widest?.parentElement.outerHTML ?? '').slice(0, 400)];
  })()`);
}
