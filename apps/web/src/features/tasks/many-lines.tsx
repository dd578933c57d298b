import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useLayoutEffect, useState, type RefObject } from 'react';
import { MORE_PX, ROW_PX, type DrawLine, type Line } from './lines.ts';

const ROWS_AROUND = 6;

interface ManyLinesProps {
  lines: readonly Line[];
  draw: DrawLine;
  /** What they are in. */
  body: RefObject<HTMLTableSectionElement | null>;
  /** Is set to what brings a line into sight. */
  scrollTo: RefObject<((line: number) => void) | null>;
}

/** The lines in sight, out of many thousands, and room for the others. */
export function ManyLines({ lines, draw, body, scrollTo }: ManyLinesProps) {
  const [scrollMargin, setScrollMargin] = useState(0);
  // what is above it may wrap differently at any time; the same value again changes nothing
  useLayoutEffect(() => {
    const { top } = body.current?.getBoundingClientRect() ?? { top: 0 };
    setScrollMargin(Math.round(top + window.scrollY));
  });
  const rows = useWindowVirtualizer({
    count: lines.length,
    estimateSize: (index) => (lines[index]?.isMore ? MORE_PX : ROW_PX),
    getItemKey: (index) => keyOf(lines[index]) ?? index,
    overscan: ROWS_AROUND,
    scrollMargin,
  });
  useEffect(() => {
    scrollTo.current = (line) => rows.scrollToIndex(line, { align: 'auto' });
    return () => {
      scrollTo.current = null;
    };
  });
  const shown = rows.getVirtualItems();
  const before = (shown[0]?.start ?? scrollMargin) - scrollMargin;
  const after = rows.getTotalSize() - ((shown.at(-1)?.end ?? scrollMargin) - scrollMargin);
  return (
    <>
      <Spacer height={before} />
      {shown.map(({ index }) => {
        const line = lines[index];
        return line && draw(line, index, rows.measureElement);
      })}
      <Spacer height={after} />
    </>
  );
}

function keyOf(line: Line | undefined): string | undefined {
  return line && `${line.task.id}${line.isMore ? ' more' : ''}`;
}

/** Stands for the rows that are out of sight. One cell: more than there are columns would make some. */
function Spacer({ height }: { height: number }) {
  if (height <= 0) return null;
  return (
    <tr aria-hidden="true">
      <td style={{ height, padding: 0 }} />
    </tr>
  );
}
