import { i18n, type Messages } from '@lingui/core';
import { learnSentences } from '../api/sentences/said.ts';
import { kept } from './kept.ts';

/** The languages of the page, each by its own name. */
// verbatim: by its own name
export const LANGUAGES = { en: 'English', es: 'Español' } as const;
export type Language = keyof typeof LANGUAGES;

const chosen = kept<string>('browser', 'language');
const catalogs = import.meta.glob<{ messages: Messages }>('../**/locales/es.po');

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

/** Makes all texts that are made from here on those of one language. English is in the code and loads nothing. */
export async function speak(language: Language): Promise<void> {
  // texts with values are compiled as the page is built, plain ones are themselves
  i18n.setMessagesCompiler((message) => [message]);
  const sentences = learnSentences(language);
  const loaded =
    language === 'en' ? [] : await Promise.all(Object.values(catalogs).map((catalog) => catalog()));
  await sentences;
  i18n.load(language, Object.assign({}, ...loaded.map(({ messages }) => messages)) as Messages);
  i18n.activate(language);
  document.documentElement.lang = language;
}
