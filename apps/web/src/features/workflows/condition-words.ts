import { eventOf, type Comparison, type Condition, type WorkflowEdge } from '@argus/contract';

/** What stands between a path and a value, in lists to choose from and in sentences. */
export const OPERATOR_WORDS: Readonly<Record<Comparison['op'], string>> = {
  eq: '=',
  ne: '≠',
  lt: '<',
  le: '≤',
  gt: '>',
  ge: '≥',
  in: 'is one of',
  contains: 'contains',
  matches: 'matches',
  exists: 'exists',
};

/** A condition as people read it: `output[0].percent ≥ 90 and event = "full"`. */
export function conditionWords(condition: Condition): string {
  if ('not' in condition) return `not ${grouped(condition.not)}`;
  if ('all' in condition) return condition.all.map(grouped).join(' and ') || 'always';
  if ('any' in condition) return condition.any.map(grouped).join(' or ') || 'never';
  const { path, op, value } = condition;
  if (op === 'exists') return value === false ? `${path} does not exist` : `${path} exists`;
  return `${path} ${OPERATOR_WORDS[op]} ${valueWords(value)}`;
}

function grouped(condition: Condition): string {
  const several = 'all' in condition ? condition.all : 'any' in condition ? condition.any : [];
  return several.length > 1 ? `(${conditionWords(condition)})` : conditionWords(condition);
}

function valueWords(value: unknown): string {
  if (Array.isArray(value)) return value.map(valueWords).join(', ');
  return typeof value === 'string' && value !== '' ? value : (JSON.stringify(value) ?? 'nothing yet');
}

/** When an edge is taken, as it is written at it: nothing for the usual way, after success. */
export function edgeWords(edge: Pick<WorkflowEdge, 'on' | 'when'>): string {
  const event = eventOf(edge as WorkflowEdge);
  const words = [
    ...(event === 'success' ? [] : [event === 'any' ? 'in any case' : event]),
    ...(edge.when === undefined ? [] : [conditionWords(edge.when)]),
  ];
  return words.join(', if ');
}
