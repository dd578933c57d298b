import type { Approval } from './task-types.ts';

export type Decision = 'approve' | 'reject';

/** How many of those who are asked must approve. */
export function approvalsNeeded({ needed }: Pick<Approval, 'needed'>, asked: number): number {
  if (needed === 'one') return 1;
  return needed === 'all' ? asked : Math.min(needed, asked);
}

/** What is decided, as soon as no further decision could change it; undefined before. */
export function verdictOf({
  needed,
  asked,
  decisions,
}: {
  needed: number;
  asked: number;
  decisions: readonly Decision[];
}): Decision | undefined {
  const approved = decisions.filter((one) => one === 'approve').length;
  if (approved >= needed) return 'approve';
  // where one is enough, one word decides either way
  const rejected = decisions.length - approved;
  if (needed === 1 ? rejected > 0 : asked - rejected < needed) return 'reject';
  return undefined;
}

/** Why somebody may not decide as they want; undefined where they may. */
export function whyNotDecide(
  { reason: rule, no_self }: Pick<Approval, 'reason' | 'no_self'>,
  { decision, reason, isStarter }: { decision: Decision; reason: string; isStarter: boolean },
): { code: 'forbidden' | 'invalid_input'; message: string } | undefined {
  if (no_self && isStarter) return { code: 'forbidden', message: 'Who started it may not decide over it.' };
  const needsReason = rule === 'always' || (rule === 'on_reject' && decision === 'reject');
  if (needsReason && reason.trim() === '')
    return { code: 'invalid_input', message: `Say why: to ${decision} needs a reason.` };
  return undefined;
}
