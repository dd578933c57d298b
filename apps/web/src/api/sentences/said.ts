import type * as spanish from './spanish.ts';

/** English is what the server says: it needs nothing, and loads nothing. */
let language: typeof spanish | undefined;

/** Loads the sentences of the page's language. */
export async function learnSentences(name: string): Promise<void> {
  if (name === 'es') language = await import('./spanish.ts');
}

/** A sentence of the server, or of a rule that it shares with the page, in the reader's language; what is unknown stays. */
export const said = (text: string): string => language?.said(text) ?? text;

/** An answer of the API; what an error says is in the reader's language. */
export const answerSaid = async (answer: Response): Promise<Response> =>
  answer.status < 400 ? answer : (language?.answerSaid(answer) ?? answer);
