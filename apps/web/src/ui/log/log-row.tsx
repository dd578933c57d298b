import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { ActionIcon, CopyButton, Tooltip } from '@mantine/core';
import type { CSSProperties } from 'react';
import { CheckIcon, CopyIcon } from '../icons.tsx';
import { parseAnsi, type AnsiSpan, type AnsiStyle } from './ansi.ts';
import { partsOf, visibleFrom, type HeldLine } from './log-source.ts';
import classes from './log-view.module.css';
import { numberText } from '../locale.ts';

interface LogRowProps {
  index: number;
  /** Undefined while it is read. */
  line: HeldLine | undefined;
  /** What of its text was found, begin and end of each. */
  ranges: readonly number[][] | undefined;
  isCurrent: boolean;
  /** Whether the page's address points at it: as the first, or after that. */
  mark: 'first' | 'other' | undefined;
  times: boolean;
  /** The log as text. */
  href: string;
  /** `isMore`: the lines up to this one are meant. */
  onNumber: (line: number, isMore: boolean) => void;
}

export function LogRow({ index, line, ranges, isCurrent, mark, times, href, onNumber }: LogRowProps) {
  const parts = line ? partsOf(line) : [];
  const isError = parts.some(({ stream }) => stream === 'stderr');
  const number = (line?.line ?? index) + 1;
  return (
    <div
      data-index={index}
      data-stream={isError ? 'stderr' : 'stdout'}
      data-found={ranges !== undefined || undefined}
      data-current={isCurrent || undefined}
      data-marked={mark}
      className={classes.row}
    >
      <button
        type="button"
        tabIndex={-1}
        className={classes.number}
        aria-label={t`Line ${number}`}
        onClick={(event) => onNumber(number, event.shiftKey)}
        title={t`Shift: up to this line`}
      >
        {number}
      </button>
      {times && <span className={classes.time}>{line && timeOf(line.at)}</span>}
      <span className={classes.mark} title={isError ? 'stderr' : undefined}>
        {/* verbatim: of stderr */}
        {isError && 'err'}
      </span>
      <span className={classes.text}>
        {line &&
          piecesOf(line, ranges).map((piece, position) => (
            // the pieces of a line have no identity but their place
            <span key={position} {...look(piece)}>
              {piece.text}
            </span>
          ))}
        {line?.cut && (
          <span className={classes.hidden}>
            <Hidden line={line} href={href} />
          </span>
        )}
      </span>
      {mark === 'first' && <CopyLink />}
    </div>
  );
}

/** What of a line is not drawn. */
function Hidden({ line: { bytes, offset }, href }: { line: HeldLine; href: string }) {
  const more = numberText(bytes - 8192);
  return (
    <>
      {' … '}
      <Trans>
        {more} more bytes{' '}
        <a href={`${href}?offset=${offset}&limit=${bytes}`} target="_blank" rel="noreferrer">
          Open the whole line
        </a>
      </Trans>
    </>
  );
}

/** Copies the page's address, which points at the marked line. */
function CopyLink() {
  return (
    <CopyButton value={location.href}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? t`Copied` : t`Copy the link to this line`}>
          <ActionIcon
            size={18}
            variant="default"
            className={classes.copy}
            onClick={copy}
            aria-label={copied ? t`Copied` : t`Copy the link to this line`}
          >
            {copied ? <CheckIcon size={12} /> : <CopyIcon size={12} />}
          </ActionIcon>
        </Tooltip>
      )}
    </CopyButton>
  );
}

interface Piece {
  text: string;
  style: AnsiStyle;
  isFound: boolean;
  isError: boolean;
}

/** A line as pieces that look alike: by its colours, its stream, and what was found. */
function piecesOf(line: HeldLine, ranges: readonly number[][] = []): Piece[] {
  const parts = partsOf(line);
  const { from, to } = visibleFrom(line.text);
  const pieces: Piece[] = [];
  let begin = 0;
  let { looks } = line;
  for (const { stream, text } of parts) {
    const { spans, end } = parseAnsi(text, looks[stream] ?? {});
    looks = { ...looks, [stream]: end };
    for (const span of spans) {
      const seen = within({ ...span, at: begin + span.at }, from, to);
      for (const [piece, isFound] of cutBy(seen, ranges))
        pieces.push({
          text: piece,
          style: span.style,
          isFound,
          isError: parts.length > 1 && stream === 'stderr',
        });
    }
    begin += text.length;
  }
  return pieces;
}

function within({ text, at, style }: AnsiSpan, from: number, to: number): AnsiSpan {
  const start = Math.max(at, from);
  return { text: text.slice(start - at, Math.max(0, to - at)), at: start, style };
}

/** A span in turns of what was found and what was not. */
function cutBy({ text, at }: AnsiSpan, ranges: readonly number[][]): [text: string, isFound: boolean][] {
  const cuts: [string, boolean][] = [];
  let done = 0;
  for (const [begin = 0, end = 0] of ranges) {
    const [first, last] = [Math.max(done, begin - at), Math.min(text.length, end - at)];
    if (last <= first) continue;
    cuts.push([text.slice(done, first), false], [text.slice(first, last), true]);
    done = last;
  }
  cuts.push([text.slice(done), false]);
  return cuts.filter(([piece]) => piece !== '');
}

function timeOf(at: string): string {
  const time = new Date(at);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}.${String(time.getMilliseconds()).padStart(3, '0')}`;
}

/** A look as class names, and as a style where the colour is not one of the named. */
function look({ style, isFound, isError }: Piece): { className?: string; style?: CSSProperties } {
  const [foreground, background] = style.inverse
    ? [style.background ?? 'var(--log-background)', style.foreground ?? 'var(--log-text)']
    : [style.foreground, style.background];
  const names = [
    style.bold && classes['bold'],
    style.dim && classes['dim'],
    style.italic && classes['italic'],
    style.underline && classes['underline'],
    isFound && classes['found'],
    isError && classes['error'],
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
