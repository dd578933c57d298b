import { t } from '@lingui/core/macro';
import { Button } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import {
  useEffect,
  useEffectEvent,
  useRef,
  useState,
  useSyncExternalStore,
  type KeyboardEvent,
  type ReactNode,
} from 'react';
import { ErrorNotice } from '../error-notice.tsx';
import { DownIcon } from '../icons.tsx';
import { LogSearchBar, LogSettingsBar, type LogSettings } from './log-bar.tsx';
import { LogRow } from './log-row.tsx';
import type { LogSource } from './log-source.ts';
import classes from './log-view.module.css';
import { ROW_HEIGHT } from './rows.ts';
import { useLogSearch, type SearchLog } from './use-log-search.ts';
import { useRows } from './use-rows.ts';

/** Lines of a log, from 1 on; one where both are the same. */
export interface LineRange {
  first: number;
  last: number;
}

interface LogViewProps {
  source: LogSource;
  search: SearchLog;
  /** The log as text. */
  href: string;
  /** Lines that are known to be there: room is made for so many. */
  expectedLines: number;
  /** Whether the log still grows. */
  isLive: boolean;
  /** Only what the script wrote to stderr. */
  errors: boolean;
  onErrors: (errors: boolean) => void;
  /** The lines (from 1) that the page's address points at. */
  marked: LineRange | undefined;
  onMark: (lines: LineRange) => void;
  /** Links to the whole log. */
  links: ReactNode;
  /** What an empty log means right now. */
  emptyText: string;
  /** Stands beside something else: long lines are wrapped, as on a telephone, until somebody chooses. */
  isAside?: boolean;
}

/**
 * A log of any length: the lines in sight are drawn, those around them held, all others stay on the server, which also
 * searches. It follows the end until somebody scrolls up. Output is hostile: every character of it reaches the page as text.
 */
export function LogView(props: LogViewProps) {
  const { source, search, href, expectedLines, isLive, errors, onErrors, marked, onMark, links } = props;
  const { emptyText, isAside = false } = props;
  useSyncExternalStore(source.subscribe, source.version);
  const narrow = useMediaQuery('(max-width: 48em)', undefined, { getInitialValueInEffect: false });
  const [chosen, setChosen] = useState<{ wrap?: boolean; times: boolean }>({ times: false });
  const wrap = chosen.wrap ?? (isAside || (narrow ?? false));
  const frame = useRef<HTMLDivElement>(null);
  const space = useRef<HTMLDivElement>(null);
  const slice = useRef<HTMLDivElement>(null);
  const queryInput = useRef<HTMLInputElement>(null);
  const lineInput = useRef<HTMLInputElement>(null);
  const count = source.count ?? 0;
  const rows = useRows({ frame, space, slice, count });
  const { first, last, following } = rows;
  const found = useLogSearch({ search, first, last, top: rows.top, show: rows.show });

  useEffect(() => source.want(first, last, following), [source, first, last, following]);

  const showMarked = useEffectEvent((line: number) => {
    rows.show(Math.min(line, count) - 1);
    frame.current?.scrollIntoView({ block: 'nearest' });
  });
  const isKnown = source.count !== undefined;
  const markedFirst = marked?.first;
  useEffect(() => {
    // numbers are those of the whole log
    if (markedFirst !== undefined && isKnown && !errors) showMarked(markedFirst);
  }, [markedFirst, isKnown, errors]);

  const goTo = (line: number, last: number = line) => {
    if (errors) onErrors(false);
    if (marked?.first === line && marked.last === last) rows.show(Math.min(line, count) - 1);
    else onMark({ first: line, last });
    frame.current?.focus({ preventScroll: true });
  };
  const onNumber = (line: number, isMore: boolean) => {
    if (!isMore || marked === undefined) return goTo(line);
    // as the first click said, or from there
    onMark({ first: Math.min(marked.first, line), last: line < marked.first ? marked.last : line });
    getSelection()?.removeAllRanges();
  };
  const onSettings = (next: LogSettings) => {
    setChosen({
      times: next.times,
      ...(next.wrap !== wrap || chosen.wrap !== undefined ? { wrap: next.wrap } : {}),
    });
    if (next.errors !== errors) onErrors(next.errors);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === '/') queryInput.current?.focus();
    else if (event.key === 'g') lineInput.current?.focus();
    else if (event.key === 'n') found.go(1);
    else if (event.key === 'N') found.go(-1);
    else return;
    event.preventDefault();
  };
  const currentRow = found.current === undefined ? undefined : found.hits.rowOf(found.current);
  const lines = source.count ?? expectedLines;
  const widest = (source.line(last - 1)?.line ?? lines) + 1;

  return (
    <div>
      <div className={classes.bar}>
        <LogSearchBar
          search={found}
          input={queryInput}
          onLeave={() => frame.current?.focus({ preventScroll: true })}
        />
        <LogSettingsBar
          settings={{ wrap, times: chosen.times, errors }}
          onChange={onSettings}
          count={lines}
          goTo={goTo}
          input={lineInput}
          links={links}
        />
      </div>
      <ErrorNotice error={source.error} onRetry={() => source.grew()} />
      <div className={classes.outer}>
        <div
          ref={frame}
          className={classes.frame}
          data-wrap={wrap || undefined}
          role="log"
          aria-label={t`Log`}
          aria-live="off"
          // a region that scrolls must be reachable by keyboard
          tabIndex={0}
          onScroll={rows.onScroll}
          onKeyDown={onKeyDown}
          style={
            {
              '--digits': `${Math.max(3, String(widest).length)}ch`,
              ...(!isLive && { '--fitting': `${(lines + 1) * ROW_HEIGHT}px` }),
            } as Record<string, string>
          }
        >
          {source.count === 0 && (
            <div className={classes.empty}>{errors ? t`Nothing was written to stderr.` : emptyText}</div>
          )}
          <div ref={space} className={classes.rows}>
            <div ref={slice} className={classes.slice}>
              {Array.from({ length: last - first }, (_, position) => first + position).map((index) => (
                <LogRow
                  key={index}
                  index={index}
                  line={source.line(index)}
                  ranges={found.hits.rangesOf(index)}
                  isCurrent={index === currentRow}
                  mark={markOf(source.line(index)?.line, marked)}
                  times={chosen.times}
                  href={href}
                  onNumber={onNumber}
                />
              ))}
            </div>
          </div>
        </div>
        {!following && (
          <Button className={classes.follow} size="xs" leftSection={<DownIcon />} onClick={rows.follow}>
            {isLive ? t`Follow` : t`To the end`}
          </Button>
        )}
      </div>
    </div>
  );
}

/** Whether a line (from 0) is one of those that are pointed at, and the first of them. */
function markOf(line: number | undefined, marked: LineRange | undefined): 'first' | 'other' | undefined {
  if (line === undefined || marked === undefined) return undefined;
  if (line === marked.first - 1) return 'first';
  return line >= marked.first && line < marked.last ? 'other' : undefined;
}
