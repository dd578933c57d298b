import type { Comparison, Condition, FieldError, Webhook, WebhookAuth, WebhookCreate } from '@argus/contract';
import { t } from '@lingui/core/macro';

/** One comparison of a filter, as the form edits it. */
export interface RowDraft {
  /** Tells rows apart while they move. */
  key: string;
  path: string;
  op: Comparison['op'];
  text: string;
  /** A value that is no text stays what it is while nobody writes another. */
  kept?: unknown;
}

export interface FilterDraft {
  /** `json`: what rows cannot say. */
  way: 'rows' | 'json';
  join: 'all' | 'any';
  rows: RowDraft[];
  json: string;
}

export interface WebhookDraft {
  name: string;
  description: string;
  tags: string[];
  acls: string[];
  auth: WebhookAuth;
  tolerance: number | string;
  signing_secret: string;
  filter: FilterDraft;
}

let made = 0;
// also beside rows that another load of the page made
const newKey = () => `row-${Date.now().toString(36)}-${++made}`;

export function newRow(): RowDraft {
  return { key: newKey(), path: '', op: 'eq', text: '' };
}

export function newDraft(): WebhookDraft {
  return {
    name: '',
    description: '',
    tags: [],
    acls: [],
    auth: 'secret',
    tolerance: '',
    signing_secret: '',
    filter: filterDraft(null),
  };
}

export function draftOf({ name, description, tags, acls, auth, tolerance, filter }: Webhook): WebhookDraft {
  return {
    name,
    description,
    tags,
    acls,
    auth,
    tolerance: tolerance === 300 ? '' : tolerance,
    signing_secret: '',
    filter: filterDraft(filter),
  };
}

/** As rows where it is a list of comparisons, else as JSON. */
export function filterDraft(filter: Condition | null): FilterDraft {
  const json = filter === null ? '' : JSON.stringify(filter, null, 2);
  const [join, parts] =
    filter === null
      ? (['all', []] as const)
      : 'all' in filter
        ? (['all', filter.all] as const)
        : 'any' in filter
          ? (['any', filter.any] as const)
          : (['all', [filter]] as const);
  const rows = parts.map(rowDraft);
  return rows.every((row) => row !== undefined)
    ? { way: 'rows', join, rows, json }
    : { way: 'json', join: 'all', rows: [], json };
}

function rowDraft(condition: Condition): RowDraft | undefined {
  if (!('path' in condition)) return undefined;
  const { path, op, value } = condition;
  const row = { key: newKey(), path, op };
  if (op === 'exists') return { ...row, text: value === false ? 'no' : 'yes' };
  if (op === 'in') {
    const list = Array.isArray(value) ? (value as unknown[]) : [];
    if (
      !list.every((one) => typeof one === 'string' && one !== '' && one === one.trim() && !one.includes(','))
    )
      return undefined;
    return { ...row, text: list.join(', ') };
  }
  if (typeof value === 'string') return { ...row, text: value };
  return { ...row, text: JSON.stringify(value) ?? '', kept: value };
}

export type Read = { filter: Condition | null } | { problem: string };

/** What the form says of a filter; null where it says nothing. */
export function filterOf({ way, join, rows, json }: FilterDraft): Read {
  if (way === 'json') {
    if (json.trim() === '') return { filter: null };
    try {
      return { filter: JSON.parse(json) as Condition };
    } catch {
      return { problem: t`The filter is no JSON` };
    }
  }
  const parts = rows.filter(({ path, text }) => path.trim() !== '' || text !== '').map(comparisonOf);
  if (parts.length === 0) return { filter: null };
  return { filter: join === 'all' ? { all: parts } : { any: parts } };
}

function comparisonOf({ path, op, text, kept }: RowDraft): Comparison {
  const row = { path: path.trim(), op };
  if (op === 'exists') return { ...row, value: text !== 'no' };
  if (op === 'in')
    return {
      ...row,
      value: text
        .split(',')
        .map((one) => one.trim())
        .filter((one) => one !== ''),
    };
  return { ...row, value: kept !== undefined && JSON.stringify(kept) === text ? kept : text };
}

/** What is sent of a form. */
export function bodyOf(draft: WebhookDraft, filter: Condition | null): WebhookCreate {
  const { name, description, tags, acls, auth, tolerance, signing_secret } = draft;
  return {
    name: name.trim(),
    description,
    tags,
    acls,
    auth,
    tolerance: typeof tolerance === 'number' ? tolerance : null,
    filter,
    ...(auth !== 'secret' && signing_secret !== '' && { signing_secret }),
  };
}

/** What the server finds wrong, by the input that shows it. */
export function formErrors(errors: readonly FieldError[]): Record<string, string> {
  const byInput: Record<string, string> = {};
  for (const { field, message } of errors) {
    const input = /^\w+/.exec(field)?.[0] ?? field;
    const text = input === 'filter' ? t`The filter ${message}` : message;
    byInput[input] ??= `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
  }
  return byInput;
}
