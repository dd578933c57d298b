import { plural, t } from '@lingui/core/macro';
import { Button } from '@mantine/core';
import { useId, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { CutText } from './cut-text.tsx';
import { DownIcon, RightIcon } from './icons.tsx';
import classes from './json-tree.module.css';
import { CHILDREN_SHOWN, rowsOf, WrittenNumber, type Folds, type JsonRow } from './json-value.ts';
import { numberText } from './locale.ts';

/** Characters of a text in the tree at first. */
const TEXT_SHOWN = 400;

/** A value of JSON, folded: arrows open, shut and walk through it, as in every tree. */
export function JsonTree({ value, label }: { value: object; label: string }) {
  const [folds, setFolds] = useState<Folds>({ open: new Map(), shown: new Map() });
  const [current, setCurrent] = useState('');
  const tree = useRef<HTMLDivElement>(null);
  const id = useId();
  const rows = useMemo(() => rowsOf(value, folds), [value, folds]);
  const keyOf = ({ kind, path }: JsonRow) => `${kind} ${path}`;
  const focused = rows.some((row) => keyOf(row) === current) ? current : 'value ';

  const fold = (path: string, isOpen: boolean) =>
    setFolds(({ open, shown }) => ({ open: new Map(open).set(path, isOpen), shown }));
  const showMore = (path: string) =>
    setFolds(({ open, shown }) => ({
      open,
      shown: new Map(shown).set(path, (shown.get(path) ?? CHILDREN_SHOWN) + 10 * CHILDREN_SHOWN),
    }));
  const focus = (place: number) => {
    const row = rows[Math.min(Math.max(place, 0), rows.length - 1)];
    if (row === undefined) return;
    setCurrent(keyOf(row));
    tree.current?.querySelector<HTMLElement>(`[data-row="${CSS.escape(keyOf(row))}"]`)?.focus();
  };
  const press = (event: KeyboardEvent, place: number) => {
    const row = rows[place];
    // a button in a line has keys of its own
    if (row === undefined || event.target !== event.currentTarget) return;
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const canFold = row.kind === 'value' && row.count !== undefined;
    const isOpen = row.kind === 'value' && row.isOpen;
    const parent = rows.slice(0, place).findLastIndex(({ level }) => level < row.level);
    const acts: Record<string, () => void> = {
      ArrowDown: () => focus(place + 1),
      ArrowUp: () => focus(place - 1),
      Home: () => focus(0),
      End: () => focus(rows.length - 1),
      ArrowRight: () => (canFold && !isOpen ? fold(row.path, true) : focus(canFold ? place + 1 : place)),
      ArrowLeft: () => (isOpen ? fold(row.path, false) : focus(parent === -1 ? place : parent)),
      Enter: () => (row.kind === 'more' ? showMore(row.path) : canFold ? fold(row.path, !isOpen) : undefined),
    };
    // verbatim: a key
    const act = acts[event.key === ' ' ? 'Enter' : event.key];
    if (act === undefined) return;
    event.preventDefault();
    act();
  };

  return (
    <div role="tree" aria-label={label} className={classes.tree} ref={tree}>
      {rows.map((row, place) => {
        const key = keyOf(row);
        const left = row.kind === 'more' ? numberText(row.left) : '';
        return (
          // its keys are those of the tree
          <div
            key={key}
            role="treeitem"
            data-row={key}
            aria-level={row.level}
            aria-posinset={row.place}
            aria-setsize={row.of}
            aria-labelledby={`${id}-${place}`}
            {...(row.kind === 'value' && row.count !== undefined && { 'aria-expanded': row.isOpen })}
            tabIndex={key === focused ? 0 : -1}
            className={classes.row}
            style={{ paddingInlineStart: `${(Math.min(row.level, 12) - 1) * 1.1}rem` }}
            onFocus={(event) => event.target === event.currentTarget && setCurrent(key)}
            onKeyDown={(event) => press(event, place)}
          >
            {row.kind === 'more' ? (
              <Button
                id={`${id}-${place}`}
                size="compact-xs"
                variant="subtle"
                tabIndex={-1}
                onClick={() => showMore(row.path)}
              >
                {t`Show more (${left} left)`}
              </Button>
            ) : (
              <>
                <span
                  className={classes.arrow}
                  aria-hidden
                  data-fold={row.count !== undefined || undefined}
                  onClick={() => row.count !== undefined && fold(row.path, !row.isOpen)}
                >
                  {row.count !== undefined && (row.isOpen ? <DownIcon size={12} /> : <RightIcon size={12} />)}
                </span>
                <span
                  id={`${id}-${place}`}
                  className={classes.line}
                  data-fold={row.count !== undefined || undefined}
                  onClick={() => row.count !== undefined && fold(row.path, !row.isOpen)}
                >
                  {row.name !== undefined && (
                    <>
                      <span className={classes.name}>{shortText(JSON.stringify(row.name))}</span>
                      {': '}
                    </>
                  )}
                  <Value row={row} />
                </span>
              </>
            )}
          </div>
        );
      })}
    </div>
  );
}

function Value({ row: { value, count, isOpen } }: { row: Extract<JsonRow, { kind: 'value' }> }) {
  if (typeof value === 'string')
    return (
      <span className={classes.text}>
        <CutText text={JSON.stringify(value)} shown={TEXT_SHOWN} />
      </span>
    );
  if (value instanceof WrittenNumber) return <span className={classes.literal}>{shortText(value.text)}</span>;
  if (typeof value !== 'object' || value === null)
    return <span className={classes.literal}>{String(value)}</span>;
  const isList = Array.isArray(value);
  if (count === undefined) return isList ? '[]' : '{}';
  return (
    <>
      {isList ? '[' : '{'}
      {!isOpen && (isList ? '…]' : '…}')}{' '}
      <span className={classes.count}>
        {isList
          ? plural(count, { one: '# element', other: '# elements' })
          : plural(count, { one: '# field', other: '# fields' })}
      </span>
    </>
  );
}

const shortText = (text: string) => (text.length > TEXT_SHOWN ? `${text.slice(0, TEXT_SHOWN)}…` : text);
