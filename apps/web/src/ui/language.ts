import { i18n, type Messages } from '@lingui/core';
import { learnSentences, readSentencesIn } from '../api/sentences/learned.ts';
import { kept } from './kept.ts';
import type * as spanish from './spanish.ts';

/** The languages of the page, each by its own name. */
// verbatim: by its own name
export const LANGUAGES = { en: 'English', es: 'Español' } as const;
export type Language = keyof typeof LANGUAGES;

const chosen = kept<string>('browser', 'language');
/** What is known of the reader's language; what is loaded later adds to it. */
const messages: Messages = {};
let texts: typeof spanish | undefined;

/** The language somebody chose in this browser; else the first of the browser's own that the page has; else English. */
export function chosenLanguage(): Language {
  const wanted = [chosen.read() ?? '', ...navigator.languages];
  const known = wanted.map((tag) => tag.split('-')[0] ?? '').find((language) => language in LANGUAGES);
  return (known ?? 'en') as Language;
}

/** Keeps the choice in this browser and begins anew: texts are made once, as their modules load. */
export function chooseLanguage(language: Language): void {
  chosen.write(language);
  location.reload();
}

/**
 * Makes all texts that are made from here on those of one language. English is in the code and loads nothing; of another,
 * what is seen first is loaded here.
 */
export async function speak(language: Language): Promise<void> {
  // texts with values are compiled as the page is built, plain ones are themselves
  i18n.setMessagesCompiler((message) => [message]);
  readSentencesIn(language);
  if (language !== 'en') texts = await import('./spanish.ts');
  Object.assign(messages, texts?.first);
  i18n.load(language, messages);
  i18n.activate(language);
  document.documentElement.lang = language;
}

/**
 * Loads a module that is not seen first, in another language with its texts before it. The build makes this of each
 * `import(…)` of ours, with the name by which the texts are known.
 */
export function spoken<T>(name: string, load: () => Promise<T>): Promise<T> {
  const own = texts?.later[name];
  return own ? known(name, own).then(load) : load();
}

async function known(name: string, load: () => Promise<{ messages: Messages }>): Promise<void> {
  const [own] = await Promise.all([load(), texts?.saying.includes(name) && learnSentences()]);
  Object.assign(messages, own.messages);
}
