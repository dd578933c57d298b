import type { Section } from './parts.ts';

/** Where something was found. */
export interface Found {
  page: string;
  /** What stands behind `#`; empty: at its beginning. */
  id: string;
  heading: string;
  /** Some words around the first that fits: what is found is every second piece. */
  excerpt: string[];
}

const AROUND = 90;
const SHOWN = 40;

/** The sections that have every word in their heading, their page's title or their text; those of titles and headings first. */
export function searchGuide(
  guide: ReadonlyMap<string, Section[]>,
  titleOf: (page: string) => string,
  text: string,
): Found[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  const found = [...guide].flatMap(([page, sections]) =>
    sections.flatMap(({ id, heading, text }) => {
      const name = (id === '' ? titleOf(page) : heading).toLowerCase();
      const body = text.toLowerCase();
      if (!words.every((word) => name.includes(word) || body.includes(word))) return [];
      const rank = words.filter((word) => name.includes(word)).length + (id === '' ? 0.5 : 0);
      return [{ rank, found: { page, id, heading, excerpt: excerptOf(text, words) } }];
    }),
  );
  return found
    .toSorted((a, b) => b.rank - a.rank)
    .slice(0, SHOWN)
    .map(({ found }) => found);
}

function excerptOf(text: string, words: readonly string[]): string[] {
  const lower = text.toLowerCase();
  const places = words.map((word) => lower.indexOf(word)).filter((at) => at >= 0);
  const at = places.length === 0 ? 0 : Math.min(...places);
  // from the beginning of a word
  const start = at <= AROUND ? 0 : text.lastIndexOf(' ', at - AROUND) + 1;
  const cut = text.slice(start, at + 2 * AROUND);
  const shown = `${start > 0 ? '… ' : ''}${cut}${start + cut.length < text.length ? ' …' : ''}`;
  const pattern = words.map((word) => word.replace(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`)).join('|');
  return shown.split(new RegExp(`(${pattern})`, 'gi'));
}
