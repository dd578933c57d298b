import { whyNotDecide, verdictOf, type Decision } from '@argus/contract';

/** Whom earlier jobs name in their `next`: as `approval.approvers`, `approvers`, or `user_inputs_members`. */
export function namedIn(nexts: readonly unknown[], kind: 'approval' | 'input'): string[] {
  return nexts.flatMap((next) => {
    const of = (value: unknown, name: string): unknown =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, name)
        ? (value as Record<string, unknown>)[name]
        : undefined;
    const list =
      kind === 'input'
        ? of(next, 'user_inputs_members')
        : (of(of(next, 'approval'), 'approvers') ?? of(next, 'approvers'));
    const names = typeof list === 'string' ? [list] : list;
    return Array.isArray(names) ? names.filter((one) => typeof one === 'string').slice(0, 200) : [];
  });
}

export interface Asked {
  people: readonly { user_id: string }[];
  needed: number;
  settings: {
    reason: 'never' | 'on_reject' | 'always';
    no_self: boolean;
    /** Users who started what led to it. */
    starters?: readonly string[];
  };
  decisions: readonly { user_id: string; decision: string }[];
  is_open: boolean;
  starter: string | null;
}

export type Judged =
  | { kind: 'refused'; code: 'forbidden' | 'invalid_input' | 'conflict'; message: string }
  | { kind: 'counted'; verdict: Decision | undefined };

/** What is refused, and why. */
export type Refusal =
  | { code: 'forbidden' | 'conflict'; message: string }
  | { field: 'to' | 'from'; message: string };

/**
 * Why what is asked of one person may not be asked of another in their place; undefined where it may. `own`: whether who
 * hands it on is that person.
 */
export function whyNotDelegate(
  { people, settings, decisions, is_open, starter }: Omit<Asked, 'needed'>,
  { from, to, own }: { from: string | null; to: string; own: boolean },
): Refusal | undefined {
  if (from === null || !people.some(({ user_id }) => user_id === from))
    return own
      ? { code: 'forbidden', message: 'You are not among those who were asked.' }
      : { field: 'from', message: 'is not among those who are asked' };
  if (decisions.some(({ user_id }) => user_id === from))
    return {
      code: 'conflict',
      message: own ? 'You have decided already.' : 'They have decided already.',
    };
  if (!is_open) return { code: 'conflict', message: 'It is decided already, or was canceled.' };
  if (people.some(({ user_id }) => user_id === to)) return { field: 'to', message: 'is asked already' };
  if (settings.no_self && hasStarted({ settings, starter }, to))
    return { field: 'to', message: 'started it, and may not decide over it' };
  return undefined;
}

/** Whether somebody started it, by themselves or by what led to it. */
function hasStarted({ settings, starter }: Pick<Asked, 'settings' | 'starter'>, userId: string): boolean {
  return starter === userId || (settings.starters ?? []).includes(userId);
}

/** What comes of somebody's decision. */
export function judge(
  { people, needed, settings, decisions, is_open, starter }: Asked,
  { userId, decision, reason }: { userId: string | null; decision: Decision; reason: string },
): Judged {
  if (userId === null || !people.some(({ user_id }) => user_id === userId))
    return { kind: 'refused', code: 'forbidden', message: 'You are not among those who were asked.' };
  if (decisions.some(({ user_id }) => user_id === userId))
    return { kind: 'refused', code: 'conflict', message: 'You have decided already.' };
  if (!is_open)
    return { kind: 'refused', code: 'conflict', message: 'It is decided already, or was canceled.' };
  const why = whyNotDecide(settings, {
    decision,
    reason,
    isStarter: hasStarted({ settings, starter }, userId),
  });
  if (why !== undefined) return { kind: 'refused', ...why };
  const all = [...decisions.map((one) => one.decision as Decision), decision];
  return { kind: 'counted', verdict: verdictOf({ needed, asked: people.length, decisions: all }) };
}
