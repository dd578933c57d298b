import type { LogMatch, LogSearch } from '@argus/contract';

/** What was found of a line. */
export type Hit = Pick<LogMatch, 'index' | 'ranges'>;

type Blocks = NonNullable<LogSearch['total']>['blocks'];

/** Blocks of hits that are held; of a log in which much is found, the rest is asked for when it is gone to. */
const BLOCKS_HELD = 20;

/** The lines of a log in which something was found: where all of them are, and those that were looked at. */
export class Hits {
  readonly #blocks: { index: number; lines: number; before: number }[] = [];
  readonly #held = new Map<number, Hit[]>();
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** Takes what a search answered; the next answer goes on where this one ended. */
  add(matches: readonly LogMatch[], blocks: Blocks): void {
    let at = 0;
    for (const { index, lines } of blocks) {
      this.#blocks.push({ index, lines, before: this.#count });
      this.#count += lines;
      const own = matches.slice(at, at + lines);
      if (own.length === lines) this.hold(this.#blocks.length - 1, own);
      at += lines;
    }
  }

  /** Keeps the hits of a block. */
  hold(block: number, hits: readonly Hit[]): void {
    this.#held.delete(block);
    this.#held.set(
      block,
      hits.map(({ index, ranges }) => ({ index, ranges })),
    );
    const [oldest] = this.#held.keys();
    if (this.#held.size > BLOCKS_HELD && oldest !== undefined) this.#held.delete(oldest);
  }

  /** What to ask for to get a block's hits; undefined where they are held. */
  toRead(block: number): { from_line: number; limit: number } | undefined {
    const found = this.#blocks[block];
    return found && !this.#held.has(block) ? { from_line: found.index, limit: found.lines } : undefined;
  }

  /** The block that the hit with this number (from 0) is in. */
  blockOf(number: number): number {
    return this.#lastWhere(({ before }) => before <= number);
  }

  /** The block that a row is in, or comes after; the first one before all. */
  blockAt(row: number): number {
    return Math.max(
      0,
      this.#lastWhere(({ index }) => index <= row),
    );
  }

  /** The row of the hit with this number, where its block is held. */
  rowOf(number: number): number | undefined {
    const block = this.blockOf(number);
    return this.#held.get(block)?.[number - (this.#blocks[block]?.before ?? 0)]?.index;
  }

  /** The number of the first hit at or after a row, where its block is held; the first of all behind the last. */
  firstFrom(row: number): number | undefined {
    const block = this.blockAt(row);
    const hits = this.#held.get(block);
    if (hits === undefined) return undefined;
    const within = hits.findIndex(({ index }) => index >= row);
    const number = (this.#blocks[block]?.before ?? 0) + (within === -1 ? hits.length : within);
    return number === this.#count ? 0 : number;
  }

  /** What was found in a row, as far as it is held. */
  rangesOf(row: number): Hit['ranges'] | undefined {
    const hits = this.#held.get(this.blockAt(row));
    return hits?.find(({ index }) => index === row)?.ranges;
  }

  #lastWhere(fits: (block: { index: number; before: number }) => boolean): number {
    let low = 0;
    let high = this.#blocks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (fits(this.#blocks[middle] as { index: number; before: number })) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}
