/** How it went with one thing. */
export interface Outcome {
  id: string;
  name: string;
  /** Why it was not done; null: it was. */
  problem: string | null;
}

interface EachOptions {
  /** Nothing further is begun after it. */
  signal: AbortSignal;
  /** Called after each. */
  onDone: (outcome: Outcome) => void;
  /** How an error is told. */
  tell: (error: unknown) => string;
}

/** At once: what a browser opens to one server beside what the page asks for itself. */
const AT_ONCE = 4;

/** Does something with each thing, some at a time, in their order. What was begun is waited for. */
export async function eachOf<T extends { id: string; name: string }>(
  things: readonly T[],
  act: (thing: T) => Promise<unknown>,
  { signal, onDone, tell }: EachOptions,
): Promise<void> {
  const waiting = things.values();
  const work = async () => {
    for (const thing of waiting) {
      if (signal.aborted) return;
      const { id, name } = thing;
      const problem = await act(thing).then(() => null, tell);
      onDone({ id, name, problem });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

/** What was not done, by why; what happened most first. */
export function byProblem(outcomes: readonly Outcome[]): [problem: string, of: Outcome[]][] {
  const groups = Map.groupBy(
    outcomes.filter(({ problem }) => problem !== null),
    ({ problem }) => problem as string,
  );
  return [...groups].toSorted(([, a], [, b]) => b.length - a.length);
}
