/** A number that JavaScript cannot hold as it was written: `12345678901234567890`, `1.10`. */
export class WrittenNumber {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type Reviver = (this: unknown, key: string, value: unknown, context?: { source?: string }) => unknown;

/** What a text says as JSON, an object or an array with numbers as they were written; undefined where it says neither. */
export function jsonOf(text: string): object | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  const exact: Reviver = (_key, value, context) =>
    typeof value === 'number' && context?.source !== undefined && String(value) !== context.source
      ? new WrittenNumber(context.source)
      : value;
  try {
    return JSON.parse(text, exact) as object;
  } catch {
    return undefined;
  }
}

/** One line of a folded tree. */
export type JsonRow =
  | {
      kind: 'value';
      path: string;
      level: number;
      /** Undefined at the root and in an array. */
      name?: string;
      value: unknown;
      /** What it holds; undefined for what cannot be folded open. */
      count?: number;
      isOpen: boolean;
      place: number;
      of: number;
    }
  | { kind: 'more'; path: string; level: number; left: number; place: number; of: number };

/** Children that are shown at first, and more at each wish. */
export const CHILDREN_SHOWN = 100;
/** What is open at first holds no more than this, at most so deep. */
const OPEN_COUNT = 50;
const OPEN_LEVEL = 3;

/** What somebody folded open or shut, and how many children they want of what has many; by path. */
export interface Folds {
  open: ReadonlyMap<string, boolean>;
  shown: ReadonlyMap<string, number>;
}

/** The lines of a value as it is folded. What is shut costs nothing, however large it is. */
export function rowsOf(root: unknown, { open, shown }: Folds): JsonRow[] {
  const rows: JsonRow[] = [];
  const add = (value: unknown, path: string, level: number, place: number, of: number, name?: string) => {
    const children = childrenOf(value);
    const count = children?.length;
    const isOpen =
      count !== undefined && count > 0 && (open.get(path) ?? (level === 1 || opensItself(count, level)));
    rows.push({
      kind: 'value',
      path,
      level,
      value,
      isOpen,
      place,
      of,
      ...(name !== undefined && { name }),
      ...(count !== undefined && count > 0 && { count }),
    });
    if (!isOpen || children === undefined) return;
    const limit = shown.get(path) ?? CHILDREN_SHOWN;
    const total = Math.min(children.length, limit) + (children.length > limit ? 1 : 0);
    for (const [index, [key, child]] of children.slice(0, limit).entries())
      add(child, `${path}/${index}`, level + 1, index + 1, total, key);
    if (children.length > limit)
      rows.push({
        kind: 'more',
        path,
        level: level + 1,
        left: children.length - limit,
        place: total,
        of: total,
      });
  };
  add(root, '', 1, 1, 1);
  return rows;
}

const opensItself = (count: number, level: number) => count <= OPEN_COUNT && level <= OPEN_LEVEL;

/** Of an object or an array; undefined for everything else. */
function childrenOf(value: unknown): (readonly [name: string | undefined, value: unknown])[] | undefined {
  if (Array.isArray(value)) return value.map((one: unknown) => [undefined, one] as const);
  if (typeof value !== 'object' || value === null || value instanceof WrittenNumber) return undefined;
  return Object.entries(value);
}

/** A file that stands in a text as a data URL. */
export interface FileInText {
  name: string | undefined;
  type: string;
  /** Of its content, roughly. */
  bytes: number;
}

/** What a text that is a data URL carries; undefined for every other text. */
export function fileIn(text: string): FileInText | undefined {
  // not with one pattern over all of it, which may be long
  if (!text.startsWith('data:')) return undefined;
  const comma = text.indexOf(',');
  if (comma === -1 || comma > 500) return undefined;
  const [type = '', ...parameters] = text.slice(5, comma).split(';');
  if (type !== '' && !/^[\w.+-]+\/[\w.+-]+$/.test(type)) return undefined;
  const isBase64 = parameters.at(-1) === 'base64';
  const length = text.length - comma - 1;
  const given = parameters.find((one) => one.startsWith('name='))?.slice(5);
  return {
    name: given === undefined || given === '' ? undefined : decoded(given),
    type: type || 'text/plain',
    bytes: isBase64 ? Math.floor((length * 3) / 4) : length,
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
