import type { CSSProperties } from 'react';
import { parseAnsi, type AnsiStyle } from './ansi.ts';
import { visibleText, type LogLine } from './log-store.ts';
import classes from './log-view.module.css';

const MARKS: Record<LogLine['stream'], string> = { stdout: '', stderr: 'err' };

interface LogRowProps {
  line: LogLine | undefined;
  /** Whether it shares its number with the line above. */
  continues: boolean;
  index: number;
  top: number;
  measure: ((element: HTMLElement | null) => void) | undefined;
}

export function LogRow({ line, continues, index, top, measure }: LogRowProps) {
  if (!line) return null;
  const { spans } = parseAnsi(visibleText(line.text), line.start);
  return (
    <div
      ref={measure}
      data-index={index}
      data-stream={line.stream}
      className={classes.row}
      style={{ transform: `translateY(${top}px)` }}
    >
      <span className={classes.number}>{continues ? '' : line.number}</span>
      <span className={classes.mark} title={line.stream === 'stdout' ? undefined : line.stream}>
        {MARKS[line.stream]}
      </span>
      <span className={classes.text}>
        {spans.map(({ text, style }, position) => (
          // the spans of a line have no identity but their place
          <span key={position} {...look(style)}>
            {text}
          </span>
        ))}
        {line.hidden > 0 && (
          <span className={classes.hidden}>
            {' '}
            … {line.hidden.toLocaleString()} more characters in the full log
          </span>
        )}
      </span>
    </div>
  );
}

/** A look as class names, and as a style where the colour is not one of the named. */
function look(style: AnsiStyle): { className?: string; style?: CSSProperties } {
  const [foreground, background] = style.inverse
    ? [style.background ?? 'var(--log-background)', style.foreground ?? 'var(--log-text)']
    : [style.foreground, style.background];
  const names = [
    style.bold && classes['bold'],
    style.dim && classes['dim'],
    style.italic && classes['italic'],
    style.underline && classes['underline'],
  ].filter(Boolean);
  const css: CSSProperties = {
    ...(foreground !== undefined && { color: colorOf(foreground) }),
    ...(background !== undefined && { backgroundColor: colorOf(background) }),
  };
  return {
    ...(names.length > 0 && { className: names.join(' ') }),
    ...(Object.keys(css).length > 0 && { style: css }),
  };
}

function colorOf(color: number | string): string {
  return typeof color === 'number' ? `var(--ansi-${color})` : color;
}
