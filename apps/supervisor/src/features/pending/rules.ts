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
  settings: { reason: 'never' | 'on_reject' | 'always'; no_self: boolean };
  decisions: readonly { user_id: string; decision: string }[];
  is_open: boolean;
  starter: string | null;
}

export type Judged =
  | { kind: 'refused'; code: 'forbidden' | 'invalid_input' | 'conflict'; message: string }
  | { kind: 'counted'; verdict: Decision | undefined };

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
  const why = whyNotDecide(settings, { decision, reason, isStarter: starter === userId });
  if (why !== undefined) return { kind: 'refused', ...why };
  const all = [...decisions.map((one) => one.decision as Decision), decision];
  return { kind: 'counted', verdict: verdictOf({ needed, asked: people.length, decisions: all }) };
}
