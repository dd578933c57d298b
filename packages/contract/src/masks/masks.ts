import { RESULT_MAX_BYTES } from '../limits.ts';
import { compilePatterns, Finder, type Patterns } from './finder.ts';
import { base64Spellings, textSpellings } from './spellings.ts';

/** What stands in the log in the place of a masked text. */
export const MASK = '***';
/** Shorter texts stand in logs by chance ("1", "yes"): replacing them would hide nothing and spoil the log, bytes. */
export const MASK_MIN_BYTES = 4;
/** Past this, only the usual spelling of each encoding is looked for; 20 bytes of memory for each byte of a spelling. */
const ALL_SPELLINGS_MAX_BYTES = 16 * 1024;
/** Together at most, bytes: what is looked for then takes some 60 MB. */
export const MASKS_MAX_BYTES = 256 * 1024;
/** A longer text is looked for in pieces, so that little output waits for the rest of one, bytes. */
const PIECE_BYTES = 4 * 1024;
/** Base64 that has this many characters before a line break is wrapped there: 64 and 76 are usual. */
const WRAP_MIN = 60;

const CARRIAGE_RETURN = 0x0d;
const MASK_BYTES = Buffer.from(MASK);

/** The texts that an output must not show, ready to be looked for. */
export interface Masks {
  text: Patterns;
  base64: Patterns;
}

/** What is looked for, and how many values are not because they are short. */
export interface CompiledMasks {
  /** Null where nothing is to be replaced. */
  masks: Masks | null;
  tooShort: number;
}

/** What must be kept of a `MaskStream` so that another one goes on after the output that it gave. */
export interface Waiting {
  /** Output that came in and did not go out. */
  held: Buffer;
  /** So many of its first bytes belong to a text whose mask went out. */
  covered: number;
  /** Characters of base64 in a row before it, up to 60; negative where a carriage return followed them. */
  run: number;
}

export const NOTHING_WAITS: Waiting = { held: Buffer.alloc(0), covered: 0, run: 0 };

/**
 * What is looked for of the given values: without white space around them, each line of one that has several also by
 * itself.
 *
 * @throws where the values are larger than 256 KiB together
 */
export function compileMasks(values: readonly string[]): CompiledMasks {
  const whole = [...new Set(values.map((value) => value.toWellFormed().trim()))].filter(
    (text) => text !== '',
  );
  const size = whole.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  if (size > MASKS_MAX_BYTES)
    throw new Error(
      `the masked values have ${size} bytes; more than ${MASKS_MAX_BYTES} cannot be kept out of a log`,
    );
  const tooShort = whole.filter(isTooShort).length;
  const lines = whole.flatMap((text) => text.split(/\r\n|\r|\n/)).map((line) => line.trim());
  const texts = [...new Set([...whole, ...lines])].filter((text) => !isTooShort(text)).flatMap(piecesOf);
  if (texts.length === 0) return { masks: null, tooShort };
  const usual = size > ALL_SPELLINGS_MAX_BYTES;
  const masks = {
    text: compilePatterns(texts.flatMap((text) => textSpellings(text, usual))),
    base64: compilePatterns(texts.flatMap(base64Spellings), { alike: { '-': '+', _: '/' }, wrapped: true }),
  };
  return { masks, tooShort };
}

function isTooShort(text: string): boolean {
  return Buffer.byteLength(text) < MASK_MIN_BYTES;
}

/** At most 4 KiB each, cut between characters; the last one is not so short that it would be left out. */
function piecesOf(text: string): string[] {
  const pieces: string[] = [];
  let rest = Buffer.from(text);
  while (rest.length > PIECE_BYTES) {
    let end = Math.min(PIECE_BYTES, rest.length - PIECE_BYTES / 2);
    while ((rest[end]! & 0xc0) === 0x80) end--;
    pieces.push(rest.toString('utf8', 0, end));
    rest = rest.subarray(end);
  }
  return [...pieces, rest.toString()];
}

interface Place {
  start: number;
  end: number;
  /** Whether its mask went out. */
  isSaid: boolean;
}

/**
 * Replaces masked texts in one stream: overlapping occurrences become one `***`. What may still become an occurrence
 * waits, until more output decides it or the stream ends: what has gone out depends on the bytes that came in alone,
 * not on the pieces they came in nor on the clock.
 */
export class MaskStream {
  #text: Finder;
  #base64: Finder;
  #held: Buffer;
  #run: number;
  #places: Place[];
  /** While `read` runs: what is held and what came in. */
  #data: Buffer = NOTHING_WAITS.held;

  constructor(masks: Masks, { held, covered, run }: Waiting = NOTHING_WAITS) {
    this.#text = new Finder(masks.text);
    this.#base64 = new Finder(masks.base64, (at) => this.#runBefore(at) >= WRAP_MIN);
    this.#held = NOTHING_WAITS.held;
    this.#run = run;
    this.#places = covered > 0 ? [{ start: -1, end: covered, isSaid: true }] : [];
    // by what made it wait it waits again
    if (held.length > 0) this.push(held);
  }

  get waiting(): Waiting {
    const [first] = this.#places;
    return { held: Buffer.from(this.#held), covered: first?.isSaid ? first.end : 0, run: this.#run };
  }

  /** Takes output and gives what is decided. */
  push(bytes: Buffer): Buffer {
    const from = this.#held.length;
    const data = from === 0 ? bytes : Buffer.concat([this.#held, bytes]);
    this.#data = data;
    const found: Place[] = [];
    const note = (start: number, end: number) => void found.push({ start, end, isSaid: false });
    this.#text.read(data, from, note);
    this.#base64.read(data, from, note);
    if (found.length > 0) this.#places = merged([...this.#places, ...found]);
    return this.#release(Math.min(this.#text.begunAt(data.length), this.#base64.begunAt(data.length)));
  }

  /** Nothing more comes: gives what waited. */
  end(): Buffer {
    this.#data = this.#held;
    return this.#release(this.#held.length);
  }

  #release(until: number): Buffer {
    const data = this.#data;
    const out = this.#places.length === 0 ? data.subarray(0, until) : this.#replaced(until);
    this.#run = this.#runBefore(until, true);
    // a copy: what came in may be part of something large
    this.#held = until === data.length ? NOTHING_WAITS.held : Buffer.from(data.subarray(until));
    this.#data = this.#held;
    this.#text.rebase(until);
    this.#base64.rebase(until);
    return out;
  }

  #replaced(until: number): Buffer {
    const parts: Buffer[] = [];
    let at = 0;
    let done = 0;
    for (const place of this.#places) {
      if (place.start >= until) break;
      if (place.start > at) parts.push(this.#data.subarray(at, place.start));
      if (!place.isSaid) parts.push(MASK_BYTES);
      place.isSaid = true;
      at = Math.min(place.end, until);
      if (place.end <= until) done++;
    }
    if (at < until) parts.push(this.#data.subarray(at, until));
    this.#places = this.#places.slice(done);
    for (const place of this.#places) {
      place.start -= until;
      place.end -= until;
    }
    return parts.length === 1 ? parts[0]! : Buffer.concat(parts);
  }

  /**
   * Characters of base64 in a row before this place, not counting a carriage return right before it; at most 60. With
   * `tells`, the sign says whether there was one.
   */
  #runBefore(place: number, tells = false): number {
    const data = this.#data;
    let at = place;
    const isReturned = at > 0 ? data[at - 1] === CARRIAGE_RETURN : this.#run < 0;
    if (at > 0 && isReturned) at--;
    let run = 0;
    while (at > 0 && run < WRAP_MIN && IS_BASE64[data[at - 1]!]) {
      at--;
      run++;
    }
    // a carriage return at the end of what went out ended the run there, unless it is the one right before
    if (at === 0 && (this.#run > 0 || place === 0)) run += Math.abs(this.#run);
    run = Math.min(run, WRAP_MIN);
    return tells && isReturned ? -run : run;
  }
}

const IS_BASE64 = Uint8Array.from({ length: 256 }, (_, byte) =>
  /[A-Za-z0-9+/_-]/.test(String.fromCharCode(byte)) ? 1 : 0,
);

/** In order; those that overlap as one. */
function merged(places: Place[]): Place[] {
  places.sort((one, other) => one.start - other.start);
  const all: Place[] = [];
  for (const place of places) {
    const last = all.at(-1);
    if (last && place.start < last.end) {
      last.end = Math.max(last.end, place.end);
    } else all.push(place);
  }
  return all;
}

/** A whole text with its masks. */
export function maskText(masks: Masks, text: string): string {
  const stream = new MaskStream(masks);
  const bytes = Buffer.from(text);
  const masked = Buffer.concat([stream.push(bytes), stream.end()]);
  return masked.equals(bytes) ? text : masked.toString();
}

/**
 * A result with its masks. One that was JSON stays JSON where that is possible: what a mask would break is masked value
 * by value instead, a number that shows a masked text as the text `***`.
 */
export function maskResult(masks: Masks, text: string): string {
  const masked = maskText(masks, text);
  if (masked === text || isJson(masked) || !isJson(text)) return masked;
  const byValue = JSON.stringify(maskValues(masks, JSON.parse(text)));
  const again = maskText(masks, byValue);
  // an escape may show a value by chance: `name` after a line break is `\\name`
  const valid = isJson(again) ? again : maskText(masks, byValue.replaceAll(/\\(?:u....|.)/g, spelledOut));
  return valid.length <= RESULT_MAX_BYTES ? valid : masked;
}

/** A short escape of JSON as \u; others as they are. */
function spelledOut(escape: string): string {
  const char = JSON.parse(`"${escape}"`) as string;
  return escape.length > 2 ? escape : `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function maskValues(masks: Masks, value: unknown): unknown {
  if (typeof value === 'string') return maskText(masks, value);
  if (Array.isArray(value)) return value.map((one) => maskValues(masks, one));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value).map(([key, one]) => [maskText(masks, key), maskValues(masks, one)]),
    );
  const text = String(value);
  return maskText(masks, text) === text ? value : MASK;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
