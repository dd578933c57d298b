import type { LogSearch } from '@argus/contract';
import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { Hits } from './hits.ts';

export interface LogQuery {
  text: string;
  regex: boolean;
  ignoreCase: boolean;
}

export type SearchLog = (
  query: LogQuery & { from_line: number; limit: number; total: boolean },
  signal: AbortSignal,
) => Promise<LogSearch>;

/** Milliseconds without a key before a search. */
const DELAY_MS = 250;
/** Matches asked for at once: a block of them. */
const LIMIT = 1000;

export interface LogSearchState {
  query: LogQuery;
  setQuery: (query: LogQuery) => void;
  hits: Hits;
  /** Number of the hit that is gone to, from 0; undefined before the first. */
  current: number | undefined;
  /** Whether the log was not searched to its end yet. */
  isSearching: boolean;
  error: unknown;
  /** Goes to the next hit (1) or the one before (-1), around the ends. */
  go: (step: 1 | -1) => void;
}

interface Options {
  search: SearchLog;
  /** The rows in sight. */
  first: number;
  last: number;
  /** The row at the top of the view. */
  top: () => number;
  show: (row: number) => void;
}

/** Searches on the server: counts all that is found, goes from one to the next, and knows what was found in sight. */
export function useLogSearch({ search, first, last, top, show }: Options): LogSearchState {
  const [query, setText] = useState<LogQuery>({ text: '', regex: false, ignoreCase: true });
  const [hits, setHits] = useState(() => new Hits());
  const [current, setCurrent] = useState<number>();
  const [isSearching, setSearching] = useState(false);
  const [error, setError] = useState<unknown>();
  const [, redraw] = useState(0);
  const going = useRef(new AbortController());

  const read = async (found: Hits, block: number, signal: AbortSignal) => {
    const range = found.toRead(block);
    if (range === undefined) return;
    const { matches } = await search({ ...query, ...range, total: false }, signal);
    found.hold(block, matches);
    redraw((count) => count + 1);
  };

  const goTo = async (found: Hits, number: number, signal: AbortSignal) => {
    await read(found, found.blockOf(number), signal);
    const row = found.rowOf(number);
    if (row === undefined || signal.aborted) return;
    setCurrent(number);
    show(row);
  };

  /** A search shows what it finds first from the view on. */
  const begin = useEffectEvent(async (found: Hits, signal: AbortSignal) => {
    const row = top();
    await read(found, found.blockAt(row), signal);
    await goTo(found, found.firstFrom(row) ?? 0, signal);
  });

  const run = useEffectEvent(async (signal: AbortSignal) => {
    const found = new Hits();
    setHits(found);
    setCurrent(undefined);
    setError(undefined);
    if (query.text === '') return setSearching(false);
    setSearching(true);
    for (let from_line: number | null = 0; from_line !== null;) {
      const answer: LogSearch = await search({ ...query, from_line, limit: LIMIT, total: true }, signal);
      found.add(answer.matches, answer.total?.blocks ?? []);
      from_line = answer.next_line;
      redraw((count) => count + 1);
    }
    setSearching(false);
    if (found.count > 0) await begin(found, signal);
  });

  useEffect(() => {
    const left = new AbortController();
    const timer = setTimeout(
      () =>
        void run(left.signal).catch((failure: unknown) => {
          if (left.signal.aborted) return;
          setError(failure);
          setSearching(false);
        }),
      query.text === '' ? 0 : DELAY_MS,
    );
    return () => {
      clearTimeout(timer);
      left.abort();
    };
  }, [query, search]);

  // what is in sight is marked, wherever it was scrolled to
  const mark = useEffectEvent(async (signal: AbortSignal) => {
    for (const row of [first, last]) await read(hits, hits.blockAt(row), signal);
  });
  useEffect(() => {
    if (hits.count === 0 || isSearching) return;
    const left = new AbortController();
    const timer = setTimeout(() => void mark(left.signal).catch(() => undefined), DELAY_MS);
    return () => {
      clearTimeout(timer);
      left.abort();
    };
  }, [hits, first, last, isSearching]);

  const go = (step: 1 | -1) => {
    if (hits.count === 0) return;
    going.current.abort();
    going.current = new AbortController();
    const next = ((current ?? (step === 1 ? -1 : hits.count)) + step + hits.count) % hits.count;
    goTo(hits, next, going.current.signal).catch(() => undefined);
  };

  const setQuery = (next: LogQuery) => {
    setText(next);
    // nothing is known of it until the keys have come to rest
    setSearching(next.text !== '');
  };

  return { query, setQuery, hits, current, isSearching, error, go };
}
