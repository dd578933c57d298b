import { useEffect } from 'react';
import { useShownPath } from '../ui/shown-path.ts';

/** A page that has no heading by then tells where one is by its title alone. */
const PATIENCE_MS = 5_000;

/** Also across frames: that of the guide is another. */
let shown: string | undefined;

/** With another page, whoever reads by ear or uses the keyboard goes on from its heading, not from where the last one was. */
export function useHeadingFocus(): void {
  const pathname = useShownPath();
  useEffect(() => {
    const isFirst = shown === undefined;
    if (shown === pathname) return;
    shown = pathname;
    if (isFirst) return;
    const main = document.querySelector('main');
    if (main === null) return;
    const left = document.activeElement;
    const focus = () => {
      const heading = main.querySelector('h1');
      if (heading === null) return false;
      if (!isBusy(main, left)) {
        heading.tabIndex = -1;
        heading.focus({ preventScroll: true });
      }
      return true;
    };
    // lazy pages and what they show come later
    const observer = new MutationObserver(() => focus() && observer.disconnect());
    const timer = setTimeout(() => observer.disconnect(), PATIENCE_MS);
    requestAnimationFrame(() => {
      if (!focus()) observer.observe(main, { childList: true, subtree: true });
    });
    return () => {
      observer.disconnect();
      clearTimeout(timer);
    };
  }, [pathname]);
}

/** Whether somebody is somewhere on the new page already, or has a dialog open. `left`: what had the focus before it. */
function isBusy(main: Element, left: Element | null): boolean {
  const active = document.activeElement;
  if (active === null || active === document.body || active === main) return false;
  return active.closest('[role=dialog]') !== null || (active !== left && main.contains(active));
}
