import { i18n } from '@lingui/core';

/** What dates and numbers are written in: the page's language, as the browser's own region writes it where it can. */
function locales(): string[] {
  return [...navigator.languages.filter((tag) => tag.startsWith(i18n.locale)), i18n.locale];
}

type When = string | number | Date;

/** A point in time with its day, in the reader's zone. */
export const dateTimeText = (at: When): string => new Date(at).toLocaleString(locales());

/** A day, in the reader's zone. */
export const dateText = (at: When): string => new Date(at).toLocaleDateString(locales());

/** A time of the day, in the reader's zone. */
export const timeText = (at: When): string => new Date(at).toLocaleTimeString(locales());

/** A point in time as `options` say. */
export const timeFormat = (at: When, options: Intl.DateTimeFormatOptions): string =>
  new Date(at).toLocaleString(locales(), options);

/** A number with its thousands set apart. */
export const numberText = (value: number): string => value.toLocaleString(locales());
