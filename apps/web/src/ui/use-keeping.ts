import { useEffect, useRef } from 'react';

/**
 * Keeps what is being written: `keep` is another function after each change, and is called `ms` milliseconds after the last
 * one, at once where the page is left. Undefined: there is nothing to keep.
 */
export function useKeeping(keep: (() => void) | undefined, ms: number): void {
  const waiting = useRef<() => void>(undefined);
  useEffect(() => {
    waiting.current = keep;
    if (keep === undefined) return;
    const timer = setTimeout(() => {
      waiting.current = undefined;
      keep();
    }, ms);
    return () => clearTimeout(timer);
  }, [keep, ms]);
  useEffect(() => {
    const keepNow = () => {
      waiting.current?.();
      waiting.current = undefined;
    };
    window.addEventListener('pagehide', keepNow);
    return () => {
      window.removeEventListener('pagehide', keepNow);
      keepNow();
    };
  }, []);
}
