/** Sentences and what they are in another language, with `{0}`, `{1}` … for the values in them. */
export type Catalogue = Readonly<Record<string, string>>;

/** A sentence with values: the texts between them, and the translation. */
interface Pattern {
  english: string;
  pieces: readonly string[];
  translation: string;
}

/** Beyond this a text is no sentence of ours, and as many marks in it are no joints of sentences. */
const LENGTH_MAX = 2_000;
const JOINTS_MAX = 20;
const PLACEHOLDER = /\{(\d+)\}/;
/** Where sentences are put together, and a field in front of what is wrong with it. */
const JOINTS = /[.;:,]? /g;

/** The sentence of a catalogue that a text is, and the values in it. */
export interface Found {
  english: string;
  translation: string;
  values: readonly string[];
}

/** Finds what a text is: a sentence without values before one with some, and of those the one with most words of its own. */
export function finder(catalogue: Catalogue): (text: string) => Found | undefined {
  const patterns = Object.entries(catalogue)
    .filter(([english]) => PLACEHOLDER.test(english))
    .map(([english, translation]): Pattern => ({ english, pieces: english.split(/\{\d+\}/), translation }))
    .sort((one, other) => lengthOf(other) - lengthOf(one));

  return (text) => {
    if (text.length > LENGTH_MAX) return undefined;
    const same = Object.hasOwn(catalogue, text) ? catalogue[text] : undefined;
    if (same !== undefined) return { english: text, translation: same, values: [] };
    for (const { english, pieces, translation } of patterns) {
      const values = valuesIn(text, pieces);
      if (values) return { english, translation, values };
    }
    return undefined;
  };
}

const lengthOf = ({ pieces }: Pattern) => pieces.join('').length;

/** What stands between the pieces of a pattern; undefined where the text is another one. */
function valuesIn(text: string, pieces: readonly string[]): string[] | undefined {
  const [first = '', ...rest] = pieces;
  const last = rest.pop() ?? '';
  const end = text.length - last.length;
  if (end < first.length || !text.startsWith(first) || !text.endsWith(last)) return undefined;
  const values: string[] = [];
  let from = first.length;
  for (const piece of rest) {
    const at = text.indexOf(piece, from);
    if (at < 0 || at + piece.length > end) return undefined;
    values.push(text.slice(from, at));
    from = at + piece.length;
  }
  return [...values, text.slice(from, end)];
}

/**
 * Translates what the server says: a known sentence, or several that it put together (`field: what is wrong`, `how it ended;
 * what still runs`). Values stay as they are, but for those that are known sentences themselves. What is unknown stays.
 */
export function translator(catalogue: Catalogue): (text: string) => string {
  const find = finder(catalogue);
  const results = new Map<string, string | undefined>();

  /** Undefined for what is not known as a whole. */
  function whole(text: string): string | undefined {
    if (results.has(text)) return results.get(text);
    const found = find(text);
    const result =
      found?.values.length === 0 ? found.translation : (bothSides(text) ?? (found && filled(found)));
    if (results.size > 5_000) results.clear();
    results.set(text, result);
    return result;
  }

  const filled = ({ translation, values }: Found) =>
    translation.replaceAll(/\{(\d+)\}/g, (_, index: string) => value(values[Number(index)] ?? ''));

  /** A value may be a sentence with what joined it to the rest. */
  function value(text: string): string {
    const [, before = '', core = '', after = ''] = /^([\s;,:]*)(.*?)([\s;,:]*)$/s.exec(text) ?? [];
    return before + anyPart(core) + after;
  }

  function* joints(text: string): Generator<[before: string, joint: string, after: string]> {
    if (text.length > LENGTH_MAX) return;
    let count = 0;
    for (const { 0: joint, index } of text.matchAll(JOINTS)) {
      if (joint === ' ') continue;
      if (++count > JOINTS_MAX) return;
      const stop = joint === '. ' ? 1 : 0;
      yield [text.slice(0, index + stop), joint.slice(stop), text.slice(index + joint.length)];
    }
  }

  /** Two sentences, each known, beside each other. */
  function bothSides(text: string): string | undefined {
    for (const [before, joint, after] of joints(text)) {
      if (joint === ': ') continue;
      const [left, right] = [whole(before), whole(after)];
      if (left !== undefined && right !== undefined) return left + joint + right;
    }
    return undefined;
  }

  /** A known sentence, or what is known of several. */
  function anyPart(text: string): string {
    const known = whole(text);
    if (known !== undefined) return known;
    for (const [before, joint, after] of joints(text)) {
      const [left, right] = [whole(before), whole(after)];
      if (left !== undefined || right !== undefined)
        return (left ?? before) + joint + (right ?? anyPart(after));
    }
    return text;
  }

  return anyPart;
}
