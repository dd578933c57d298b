import { Type, type Static } from 'typebox';
import { STREAMS } from '../bot-protocol.ts';
import { OneOf, OrNull, Time } from '../schema.ts';

/** The data of an SSE event `log`: a piece of the log, decoded as UTF-8 (wrong bytes become U+FFFD). */
export const LogPiece = Type.Object({
  offset: Type.Integer({ description: 'Bytes of the log before this piece.' }),
  end: Type.Integer({ description: 'Bytes of the log up to its end: the event’s id.' }),
  line: Type.Integer({ description: 'Line breaks before this piece.' }),
  stream: OneOf(STREAMS),
  at: Time,
  text: Type.String(),
});
export type LogPiece = Static<typeof LogPiece>;

const line = {
  line: Type.Integer({ description: 'Line breaks of the whole log before it.' }),
  offset: Type.Integer({ description: 'Bytes of the whole log before it.' }),
  bytes: Type.Integer({ description: 'How long it is without its line break.' }),
  stream: OneOf(STREAMS, 'Where its first byte came from.'),
  at: Type.String({ description: 'When its first byte arrived; ISO 8601, UTC.' }),
  text: Type.String({
    description:
      'Its first 8 KiB as UTF-8, wrong bytes as U+FFFD; its rest by `offset` from the log as text.',
  }),
  cut: Type.Boolean({ description: 'Whether the line is longer than `text`.' }),
};

/** A line of a log: what lies between two line breaks, in the order in which the output arrived. */
export const LogLine = Type.Object({
  ...line,
  parts: Type.Optional(
    Type.Array(Type.Object({ stream: OneOf(STREAMS), text: Type.String() }), {
      description: 'Where both streams wrote to the line: `text` in pieces.',
    }),
  ),
});
export type LogLine = Static<typeof LogLine>;

/** Some lines of a log, and how long it is now. */
export const LogLines = Type.Object({
  attempt: Type.Integer(),
  from_line: Type.Integer({ description: 'Lines before the first of these.' }),
  lines: Type.Array(LogLine),
  total_lines: Type.Integer({
    description: 'Lines there are now; the last one may still grow where it has no break yet.',
  }),
  total_bytes: Type.Integer({ description: 'Bytes of the whole log, whichever stream was asked for.' }),
});
export type LogLines = Static<typeof LogLines>;

/** A line in which something was found. */
export const LogMatch = Type.Object({
  ...line,
  index: Type.Integer({
    description:
      'Which line it is of those that were searched, from 0: `line`, unless one stream was asked for.',
  }),
  ranges: Type.Array(Type.Array(Type.Integer()), {
    description:
      'What of `text` was found: begin and end of each in UTF-16 code units, 100 at most; none where it is only found behind the cut.',
  }),
});
export type LogMatch = Static<typeof LogMatch>;

/** Lines found, and where to go on. */
export const LogSearch = Type.Object({
  attempt: Type.Integer(),
  matches: Type.Array(LogMatch),
  next_line: OrNull(
    Type.Integer({ description: 'Send it as `from_line` to go on; null where the end was reached.' }),
  ),
  total: OrNull(
    Type.Object({
      lines: Type.Integer({ description: 'Lines found: at least so many where `next_line` is not null.' }),
      blocks: Type.Array(
        Type.Object({
          index: Type.Integer({ description: 'Its first line, as `index` of a match.' }),
          lines: Type.Integer({ description: 'Lines found from there to the next block, 1,000 at most.' }),
        }),
        { description: 'Where they are: any of them can be read with `from_line` and `limit`.' },
      ),
    }),
  ),
});
export type LogSearch = Static<typeof LogSearch>;
