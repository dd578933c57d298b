import { inLanguage } from './learned.ts';

/**
 * A sentence of the server, or of a rule that it shares with the page, in the reader's language; what is unknown stays. The
 * sentences are there before a module that imports this is loaded; one that is loaded first asks `useSaid`.
 */
export const said = inLanguage;

/** What the server gives as a reason, as a sentence of the reader's language: a capital at its start, a stop at its end. */
export function sentence(reason: string): string {
  const text = said(reason);
  const start = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(start) ? start : `${start}.`;
}
