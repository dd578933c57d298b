import { eventOf, type Comparison, type Condition, type WorkflowEdge } from '@argus/contract';
import { t } from '@lingui/core/macro';

/** What stands between a path and a value, in lists to choose from and in sentences. */
export const OPERATOR_WORDS: Readonly<Record<Comparison['op'], string>> = {
  eq: '=',
  ne: '≠',
  lt: '<',
  le: '≤',
  gt: '>',
  ge: '≥',
  in: t`is one of`,
  contains: t`contains`,
  matches: t`matches`,
  exists: t`exists`,
};

/** A condition as people read it: `output[0].percent ≥ 90 and event = "full"`. */
export function conditionWords(condition: Condition): string {
  if ('not' in condition) {
    const other = grouped(condition.not);
    return t`not ${other}`;
  }
  if ('all' in condition)
    return condition.all.length === 0
      ? t`always`
      : condition.all.map(grouped).reduce((before, next) => t`${before} and ${next}`);
  if ('any' in condition)
    return condition.any.length === 0
      ? t`never`
      : condition.any.map(grouped).reduce((before, next) => t`${before} or ${next}`);
  const { path, op, value } = condition;
  if (op === 'exists') return value === false ? t`${path} does not exist` : t`${path} exists`;
  return `${path} ${OPERATOR_WORDS[op]} ${valueWords(value)}`;
}

function grouped(condition: Condition): string {
  const several = 'all' in condition ? condition.all : 'any' in condition ? condition.any : [];
  return several.length > 1 ? `(${conditionWords(condition)})` : conditionWords(condition);
}

function valueWords(value: unknown): string {
  if (Array.isArray(value)) return value.map(valueWords).join(', ');
  return typeof value === 'string' && value !== '' ? value : (JSON.stringify(value) ?? t`nothing yet`);
}

/** When an edge is taken, as it is written at it: nothing for the usual way, after success. */
export function edgeWords(edge: Pick<WorkflowEdge, 'on' | 'when'>): string {
  const event = eventOf(edge as WorkflowEdge);
  const on = event === 'success' ? '' : event === 'any' ? t`in any case` : event;
  if (edge.when === undefined) return on;
  const condition = conditionWords(edge.when);
  return on === '' ? condition : t`${on}, if ${condition}`;
}
