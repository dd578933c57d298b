import { invalid, type LogMatch, type LogSearch } from '@argus/contract';
import type { Platform } from '../../../platform/platform.ts';
import { createThreads, type Threads } from '../../../platform/threads.ts';
import { tooMany } from '../../../platform/too-many.ts';
import type { LogKey, LogQueries, Place } from '../queries.ts';
import { createFinder, type LogQuery } from './finder.ts';
import type { Part, PartResult } from './part.ts';
import { BLOCK_LINES, type Block } from './scan.ts';

/** What is searched at once, bytes of text: some 50 ms of a core, so that searches take turns often. */
const PART_BYTES = 32 * 1024 * 1024;
/** Two cores search one log twice as fast, and more would leave PostgreSQL none. */
const THREADS = 2;
const WAITING_MAX = 200;
const IDLE_MS = 60_000;
/** One answer takes this long, and each part of it that. */
const ANSWER_MS = 10_000;
const PART_MS = 2_000;
const AFTER_ALL = 2 ** 31 - 1;

export interface SearchOptions {
  query: LogQuery;
  fromLine: number;
  limit: number;
  /** Whether to go on to the end and count. */
  total: boolean;
}

/**
 * Searches a log, in memory that does not depend on its length. `owner` is whose turn it takes.
 * @throws invalid_input where a pattern is none, too_many_requests where too many searches wait
 */
export type LogSearcher = ((
  key: LogKey,
  options: SearchOptions,
  owner: string,
  signal: AbortSignal,
) => Promise<LogSearch>) &
  AsyncDisposable;

export function createLogSearcher(
  { db }: Pick<Platform, 'db'>,
  queries: LogQueries,
  { partBytes = PART_BYTES } = {},
): LogSearcher {
  const threads: Threads<Part, PartResult> = createThreads({
    module: new URL('./worker.ts', import.meta.url),
    data: db.connection,
    width: THREADS,
    waiting: WAITING_MAX,
    idleMs: IDLE_MS,
  });

  async function search(
    key: LogKey,
    options: SearchOptions,
    owner: string,
    signal: AbortSignal,
  ): Promise<LogSearch> {
    assertQuery(options.query);
    const { fromLine, limit, total } = options;
    const found = createResult(options);
    if ((limit === 0 && !total) || options.query.text === '') return found.answer(key.attempt, null);
    const begin = await queries.atLine(key, fromLine);
    const parts = await queries.parts(key, begin.seq, partBytes);
    const until = performance.now() + ANSWER_MS;
    // those behind the one whose result is awaited are under way already
    const ahead: Promise<PartResult>[] = [];
    const start = (index: number, from: number) =>
      run(partOf(key, options, parts, index, { fromLine: from, limit: found.room }), owner, signal);
    for (let index = 0, started = 0; index < parts.length; index++) {
      for (; started < Math.min(parts.length, index + THREADS); started++) {
        const result = start(started, fromLine);
        // it may never be awaited
        result.catch(() => undefined);
        ahead.push(result);
      }
      let result = await (ahead.shift() as Promise<PartResult>);
      found.add(result);
      while (result.next !== null && !found.isEnough) {
        if (performance.now() > until) return found.answer(key.attempt, result.next);
        result = await start(index, result.next);
        found.add(result);
      }
      if (found.isEnough) return found.answer(key.attempt, found.next);
      const following = parts[index + 1];
      // its own first line may have begun in this part, and was looked at
      if (following !== undefined && performance.now() > until)
        return found.answer(key.attempt, Math.max(fromLine, following.breaks + 1));
    }
    return found.answer(key.attempt, null);
  }

  async function run(part: Part, owner: string, signal: AbortSignal): Promise<PartResult> {
    const done = await threads.run(owner, part, signal);
    if (done === undefined) throw tooMany(5_000);
    return done.value;
  }

  return Object.assign(search, { [Symbol.asyncDispose]: () => threads[Symbol.asyncDispose]() });
}

function partOf(
  { jobId, attempt, stream }: LogKey,
  { query, total }: SearchOptions,
  parts: readonly Place[],
  index: number,
  { fromLine, limit }: { fromLine: number; limit: number },
): Part {
  const { seq, breaks } = parts[index] as Place;
  return {
    jobId,
    attempt,
    stream,
    fromSeq: seq,
    toSeq: parts[index + 1]?.seq ?? AFTER_ALL,
    index: breaks,
    // the line that the first part begins in is before the first that is wanted
    skipFirst: index > 0,
    fromLine,
    limit,
    total,
    query,
    budgetMs: PART_MS,
  };
}

/** Results of parts in their order become one. */
function createResult({ limit, total }: SearchOptions) {
  const matches: LogMatch[] = [];
  const blocks: Block[] = [];
  let lines = 0;
  return {
    get room(): number {
      return limit - matches.length;
    },
    get isEnough(): boolean {
      return !total && matches.length >= limit;
    },
    /** Behind the last match. */
    get next(): number {
      return (matches.at(-1)?.index ?? -1) + 1;
    },
    add(part: PartResult): void {
      matches.push(...part.matches.slice(0, limit - matches.length));
      for (const block of part.blocks) {
        lines += block.lines;
        const last = blocks.at(-1);
        if (last && last.lines + block.lines <= BLOCK_LINES) last.lines += block.lines;
        else blocks.push({ ...block });
      }
    },
    answer: (attempt: number, next: number | null): LogSearch => ({
      attempt,
      matches,
      next_line: next,
      total: total ? { lines, blocks } : null,
    }),
  };
}

function assertQuery(query: LogQuery): void {
  try {
    createFinder(query);
  } catch (error) {
    throw invalid('q', `is no pattern: ${(error as Error).message}`);
  }
}
