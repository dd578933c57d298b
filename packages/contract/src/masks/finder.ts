/**
 * Finds many patterns at once in bytes that come in pieces (Aho and Corasick 1975): in one pass, in time that grows
 * with the bytes alone, whatever they and the patterns are. Where nothing has begun, most bytes are not looked at: two
 * bytes that stand in no pattern's beginning show that none begins before them (after Wu and Manber 1994).
 */
export interface Patterns {
  /** Bytes as they are compared; −1: in no pattern, −2: may break a pattern into lines. */
  codes: Int16Array;
  /** The trie, by node; 0 is the root and means "none" elsewhere. */
  label: Uint8Array;
  child: Int32Array;
  sibling: Int32Array;
  /** The node of the longest other pattern beginning that ends here. */
  fallback: Int32Array;
  depth: Int32Array;
  /** Length of the longest pattern that ends here, 0 where none does. */
  ends: Int32Array;
  /** Children of the root by code. */
  first: Int32Array;
  /** Length of the shortest pattern. */
  shortest: number;
  /** By two bytes: whether they can stand together within the first `shortest` bytes of a pattern. */
  pairs: Uint8Array;
}

export interface PatternOptions {
  /** Bytes that are read as another one. */
  alike?: Record<string, string>;
  /** Whether line breaks may stand anywhere inside of an occurrence; the place of one decides. */
  wrapped?: boolean;
}

const NOT_USED = -1;
const BREAK = -2;
/** More than this many bytes are seldom skipped at once. */
const WINDOW_MAX = 32;

export function compilePatterns(patterns: readonly Uint8Array[], options: PatternOptions = {}): Patterns {
  const size = patterns.reduce((sum, { length }) => sum + length, 1);
  const trie: Patterns = {
    codes: codesOf(patterns, options),
    label: new Uint8Array(size),
    child: new Int32Array(size),
    sibling: new Int32Array(size),
    fallback: new Int32Array(size),
    depth: new Int32Array(size),
    ends: new Int32Array(size),
    first: new Int32Array(256),
    shortest: Math.min(WINDOW_MAX, ...patterns.map(({ length }) => length)),
    pairs: new Uint8Array(65_536),
  };
  let count = 1;
  for (const pattern of patterns) {
    let node = 0;
    for (const code of pattern) {
      let next = childOf(trie, node, code);
      if (next === 0) {
        next = count++;
        trie.label[next] = code;
        trie.depth[next] = trie.depth[node]! + 1;
        if (node === 0) trie.first[code] = next;
        else {
          trie.sibling[next] = trie.child[node]!;
          trie.child[node] = next;
        }
      }
      node = next;
    }
    trie.ends[node] = pattern.length;
  }
  link(trie, count);
  markPairs(trie, patterns, options.wrapped ?? false);
  return trie;
}

function codesOf(
  patterns: readonly Uint8Array[],
  { alike = {}, wrapped = false }: PatternOptions,
): Int16Array {
  const codes = new Int16Array(256).fill(NOT_USED);
  for (const pattern of patterns) for (const code of pattern) codes[code] = code;
  for (const [byte, other] of Object.entries(alike)) codes[byte.charCodeAt(0)] = codes[other.charCodeAt(0)]!;
  if (wrapped) codes[0x0a] = codes[0x0d] = BREAK;
  return codes;
}

function childOf({ first, child, sibling, label }: Patterns, node: number, code: number): number {
  if (node === 0) return first[code]!;
  let next = child[node]!;
  while (next !== 0 && label[next] !== code) next = sibling[next]!;
  return next;
}

/** Sets the fallbacks level by level. */
function link(trie: Patterns, count: number): void {
  const order = new Int32Array(count);
  let length = 0;
  for (const node of trie.first) if (node !== 0) order[length++] = node;
  for (let at = 0; at < length; at++) {
    const node = order[at]!;
    for (let next = trie.child[node]!; next !== 0; next = trie.sibling[next]!) {
      const code = trie.label[next]!;
      let back = trie.fallback[node]!;
      let target = childOf(trie, back, code);
      while (target === 0 && back !== 0) {
        back = trie.fallback[back]!;
        target = childOf(trie, back, code);
      }
      trie.fallback[next] = target;
      if (trie.ends[next] === 0) trie.ends[next] = trie.ends[target]!;
      order[length++] = next;
    }
  }
}

function markPairs(
  { codes, pairs, shortest }: Patterns,
  patterns: readonly Uint8Array[],
  wrapped: boolean,
): void {
  const bytesOf = Map.groupBy(codes.keys(), (byte) => codes[byte]!);
  for (const pattern of patterns) {
    for (let at = 0; at + 1 < shortest; at++)
      for (const one of bytesOf.get(pattern[at]!) ?? [])
        for (const two of bytesOf.get(pattern[at + 1]!) ?? []) pairs[(one << 8) | two] = 1;
  }
  if (!wrapped) return;
  for (const lineBreak of [0x0a, 0x0d])
    for (let byte = 0; byte < 256; byte++)
      pairs[(lineBreak << 8) | byte] = pairs[(byte << 8) | lineBreak] = 1;
}

/** One reading of bytes that come in pieces. All places are relative to a beginning that `rebase` moves. */
export class Finder {
  #patterns: Patterns;
  #node = 0;
  /** Places of the line breaks within what has begun. */
  #breaks: number[] = [];
  #isBreak: (place: number) => boolean;

  /** `isBreak` says of a line break inside of an occurrence whether it only wraps it. */
  constructor(patterns: Patterns, isBreak: (place: number) => boolean = () => false) {
    this.#patterns = patterns;
    this.#isBreak = isBreak;
  }

  /** Reads `data` from `from` to its end; what was before it was read. Tells each occurrence in the order of the ends. */
  read(data: Uint8Array, from: number, found: (start: number, end: number) => void): void {
    const { codes, fallback, ends, shortest, pairs } = this.#patterns;
    const length = data.length;
    const last = length - shortest;
    let node = this.#node;
    for (let at = from; at < length; at++) {
      if (node === 0) {
        while (at <= last && pairs[(data[at + shortest - 2]! << 8) | data[at + shortest - 1]!] === 0)
          at += shortest - 1;
        if (at >= length) break;
      }
      const code = codes[data[at]!]!;
      if (code < 0) {
        if (code === BREAK && node !== 0 && this.#isBreak(at)) this.#breaks.push(at);
        else node = 0;
      } else {
        let next = childOf(this.#patterns, node, code);
        while (next === 0 && node !== 0) {
          node = fallback[node]!;
          next = childOf(this.#patterns, node, code);
        }
        node = next;
        if (ends[node] !== 0) found(this.#startOf(ends[node]!, at + 1), at + 1);
      }
      if (node === 0 && this.#breaks.length > 0) this.#breaks = [];
    }
    this.#node = node;
  }

  /** Where the first occurrence begins that may still become one; `end` is what was read. */
  begunAt(end: number): number {
    return this.#startOf(this.#patterns.depth[this.#node]!, end);
  }

  /** Places count from here on. */
  rebase(by: number): void {
    if (this.#breaks.length > 0) this.#breaks = this.#breaks.flatMap((at) => (at >= by ? [at - by] : []));
  }

  #startOf(length: number, end: number): number {
    let start = end - length;
    for (let index = this.#breaks.length - 1; index >= 0 && this.#breaks[index]! >= start; index--) start--;
    return start;
  }
}
