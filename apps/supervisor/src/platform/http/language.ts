/** What pages that are made here are written in. */
export const LANGUAGES = ['en', 'es'] as const;
export type Language = (typeof LANGUAGES)[number];

/** Texts of a page: none can be there in one language and lack in another. */
export type InLanguages<Texts> = Readonly<Record<Language, Readonly<Texts>>>;

const RANGES_MAX = 50;

/**
 * The language for an Accept-Language header (RFC 9110, 12.5.4): the one with the highest quality, of several the one
 * that the header names first. A region is its language (`es-AR` is Spanish), `*` is what is not named. English where it
 * names none of ours, or refuses all.
 */
export function languageFor(acceptLanguage: string | undefined): Language {
  const ranges = (acceptLanguage ?? '')
    .split(',', RANGES_MAX)
    .map(rangeOf)
    .filter((range) => range !== undefined);
  let best: { language: Language; quality: number; place: number } = { language: 'en', quality: 0, place: 0 };
  for (const language of LANGUAGES) {
    const named = ranges.filter(({ name }) => name === language || name.startsWith(`${language}-`));
    const asked = named.length > 0 ? named : ranges.filter(({ name }) => name === '*');
    for (const { quality, place } of placed(asked, ranges))
      if (quality > best.quality || (quality === best.quality && quality > 0 && place < best.place))
        best = { language, quality, place };
  }
  return best.language;
}

interface Range {
  name: string;
  quality: number;
}

const placed = (some: readonly Range[], all: readonly Range[]) =>
  some.map((range) => ({ ...range, place: all.indexOf(range) }));

/** Undefined for what is no range with a quality from 0 to 1. */
function rangeOf(text: string): Range | undefined {
  const [, name, quality = '1'] =
    /^\s*([a-z\d*-]+)\s*(?:;\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*)?$/i.exec(text) ?? [];
  return name === undefined ? undefined : { name: name.toLowerCase(), quality: Number(quality) };
}

/** As the page of the app writes it where the browser tells no region. */
const TAGS: Readonly<Record<Language, string>> = { en: 'en-GB', es: 'es' };

/** A point in time in UTC, which it says. */
export function timeText(language: Language, iso: string, { seconds = false } = {}): string {
  return new Intl.DateTimeFormat(TAGS[language], {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    ...(seconds && { second: '2-digit' }),
    hourCycle: 'h23',
    timeZone: 'UTC',
    timeZoneName: 'short',
  }).format(new Date(iso));
}

export function numberText(language: Language, value: number): string {
  return new Intl.NumberFormat(TAGS[language]).format(value);
}

/** A size as the app writes it: 12.3 kB. */
export function bytesText(language: Language, bytes: number): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), units.length - 1);
  return new Intl.NumberFormat(TAGS[language], {
    style: 'unit',
    unit: units[power] as string,
    unitDisplay: 'short',
    maximumFractionDigits: 1,
  }).format(bytes / 1000 ** power);
}
