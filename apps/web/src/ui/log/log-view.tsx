import { Button, Group, Switch, Text } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useLayoutEffect, useRef, useState, useSyncExternalStore, type ReactNode } from 'react';
import { DownIcon } from '../icons.tsx';
import { LogRow } from './log-row.tsx';
import type { LogStore } from './log-store.ts';
import classes from './log-view.module.css';

const ROW_HEIGHT = 20;
/** This near to the end counts as the end, pixels. */
const NEAR_END = 24;

interface LogViewProps {
  store: LogStore;
  /** Lines that are known to come: room is made for so many. Unknown while the log still grows. */
  expectedLines?: number;
  /** Beside the heading: links to the whole log. */
  links: ReactNode;
  /** What an empty log means right now. */
  emptyText: string;
  /** Said above the lines: why not all of them are here. */
  notice?: ReactNode;
}

/**
 * A log of any length, only the lines in sight drawn. It follows the end until somebody scrolls up. Output is
 * hostile: every character of it reaches the page as text.
 */
export function LogView({ store, expectedLines, links, emptyText, notice }: LogViewProps) {
  useSyncExternalStore(store.subscribe, store.version);
  const narrow = useMediaQuery('(max-width: 48em)', undefined, { getInitialValueInEffect: false });
  const [wrapChosen, setWrap] = useState<boolean>();
  const wrap = wrapChosen ?? narrow ?? false;
  const frame = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: store.length,
    getScrollElement: () => frame.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 12,
  });
  const { following, onScroll, follow } = useFollowedEnd(frame, store, rows.getTotalSize());
  const lines = store.line(store.length - 1)?.number ?? 0;

  return (
    <div>
      <Group justify="space-between" mb="xs" gap="xs">
        <Text size="sm" c="dimmed">
          {lines.toLocaleString()} {lines === 1 ? 'line' : 'lines'}
        </Text>
        <Group gap="md">
          <Switch
            size="xs"
            label="Wrap"
            checked={wrap}
            onChange={(event) => {
              setWrap(event.currentTarget.checked);
              rows.measure();
            }}
          />
          {links}
        </Group>
      </Group>
      {notice}
      <div className={classes.outer}>
        <div
          ref={frame}
          className={classes.frame}
          data-wrap={wrap || undefined}
          role="log"
          aria-label="Log"
          aria-live="off"
          // a region that scrolls must be reachable by keyboard
          tabIndex={0}
          onScroll={onScroll}
          style={
            {
              '--digits': `${Math.max(3, String(lines).length)}ch`,
              ...(expectedLines !== undefined && { '--fitting': `${(expectedLines + 1) * ROW_HEIGHT}px` }),
            } as Record<string, string>
          }
        >
          {store.length === 0 && <div className={classes.empty}>{emptyText}</div>}
          <div className={classes.rows} style={{ height: rows.getTotalSize() }}>
            {rows.getVirtualItems().map(({ index, start }) => (
              <LogRow
                key={store.dropped + index}
                line={store.line(index)}
                continues={store.line(index - 1)?.number === store.line(index)?.number}
                index={index}
                top={start}
                measure={wrap ? rows.measureElement : undefined}
              />
            ))}
          </div>
        </div>
        {!following && (
          <Button className={classes.follow} size="xs" leftSection={<DownIcon />} onClick={follow}>
            Follow
          </Button>
        )}
      </div>
    </div>
  );
}

/** Keeps the end in sight while it is followed, and the lines in sight where they are while it is not. */
function useFollowedEnd(frame: React.RefObject<HTMLDivElement | null>, store: LogStore, height: number) {
  const [following, setFollowing] = useState(true);
  const lastTop = useRef(0);
  const lastDropped = useRef(store.dropped);

  useLayoutEffect(() => {
    const element = frame.current;
    if (!element) return;
    if (following) element.scrollTop = element.scrollHeight;
    else element.scrollTop -= (store.dropped - lastDropped.current) * ROW_HEIGHT;
    lastDropped.current = store.dropped;
  }, [frame, following, store, store.dropped, height]);

  const onScroll = () => {
    const element = frame.current;
    if (!element) return;
    const { scrollTop, scrollHeight, clientHeight } = element;
    if (scrollHeight - scrollTop - clientHeight < NEAR_END) setFollowing(true);
    // only an upward move is a person's: growing content leaves the position alone
    else if (scrollTop < lastTop.current) setFollowing(false);
    lastTop.current = scrollTop;
  };
  return { following, onScroll, follow: () => setFollowing(true) };
}
