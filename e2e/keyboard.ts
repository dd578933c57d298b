import type { Locator, Page } from 'playwright-core';
import type { Server } from './server.ts';

/** No page has more on the way to what somebody wants. */
const STEPS = 120;

/** In the page. */
const hasFocus = (element: { matches(selector: string): boolean }) => element.matches(':focus');

/** Goes on with Tab until something has the focus, as somebody without a mouse does. */
export async function tabTo(page: Page, target: Locator): Promise<void> {
  await target.waitFor();
  for (let step = 0; step < STEPS; step++) {
    if (await target.evaluate(hasFocus)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not lead to ${String(target)}`);
}

/** Goes there and presses Enter. */
export async function enter(page: Page, target: Locator): Promise<void> {
  await tabTo(page, target);
  await page.keyboard.press('Enter');
}

/** Signs in and waits for the home page; the cursor is in the first field as the page opens. */
export async function signInByKeys(
  page: Page,
  { url }: Pick<Server, 'url'>,
  { email, password }: { email: string; password: string },
): Promise<void> {
  await page.goto(`${url}/app/`);
  await tabTo(page, page.getByLabel('E-mail'));
  await page.keyboard.type(email);
  await page.keyboard.press('Tab');
  await page.keyboard.type(password);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Home', exact: true }).waitFor();
}
