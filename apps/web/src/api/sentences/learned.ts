import type * as spanish from './spanish.ts';

let load: (() => Promise<typeof spanish>) | undefined;
let language: typeof spanish | undefined;
const waiting = new Set<() => void>();

/** What shows that somebody is here who may want to know more, or meet an error. */
const SIGNS = ['pointermove', 'pointerdown', 'keydown'];

/**
 * English is what the server says: it needs nothing, and loads nothing. Of another language the sentences are loaded once
 * somebody does something: 21 kB that the first page does without.
 */
export function readSentencesIn(name: string): void {
  if (name !== 'es') return;
  load = () => import('./spanish.ts');
  for (const sign of SIGNS)
    addEventListener(sign, () => void learnSentences(), { once: true, passive: true });
}

/** Loads the sentences of the reader's language, if they are not there. Where they cannot be loaded, English says it. */
export async function learnSentences(): Promise<void> {
  if (!load || language) return;
  language = await load().catch(() => undefined);
  for (const tell of waiting) tell();
}

/** A sentence in the reader's language as far as it was learned; what is unknown stays. */
export const inLanguage = (text: string): string => language?.said(text) ?? text;

/** What says sentences, once they are there. */
export const learned = () => (load && !language ? undefined : inLanguage);

/** Is told when sentences are there. */
export function onLearned(tell: () => void): () => void {
  waiting.add(tell);
  return () => void waiting.delete(tell);
}

/** An answer of the API; what an error says is in the reader's language. */
export async function answerSaid(answer: Response): Promise<Response> {
  if (answer.status < 400) return answer;
  await learnSentences();
  return language?.answerSaid(answer) ?? answer;
}
