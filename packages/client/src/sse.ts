/** One server-sent event. */
export interface SseEvent {
  type: string;
  data: string;
  /** The last id that the stream has named so far, by this event or an earlier one. */
  id: string;
}

/** What a stream keeps between the pieces of it. */
export interface SseParser {
  /** Takes the next piece of text and answers the events it completes. */
  push(text: string): SseEvent[];
  /** The reconnection time that the server asked for, milliseconds. */
  readonly retry: number | undefined;
}

/** Reads `text/event-stream` as the HTML standard does, wherever the stream is cut into pieces. */
export function createSseParser(): SseParser {
  let rest = '';
  let started = false;
  let id = '';
  let type = '';
  let data: string[] = [];
  let retry: number | undefined;

  const field = (name: string, value: string) => {
    if (name === 'data') data.push(value);
    else if (name === 'event') type = value;
    else if (name === 'id' && !value.includes('\0')) id = value;
    else if (name === 'retry' && /^\d+$/.test(value)) retry = Number(value);
  };

  const takeLine = (line: string): SseEvent | undefined => {
    if (line === '') {
      const event = data.length > 0 ? { type: type || 'message', data: data.join('\n'), id } : undefined;
      type = '';
      data = [];
      return event;
    }
    const colon = line.indexOf(':');
    if (colon === -1) field(line, '');
    else if (colon > 0) field(line.slice(0, colon), line.slice(colon + (line[colon + 1] === ' ' ? 2 : 1)));
    return undefined;
  };

  return {
    push(text) {
      if (text === '') return [];
      let unread = rest + text;
      if (!started) {
        started = true;
        if (unread.startsWith('\u{feff}')) unread = unread.slice(1);
      }
      const events: SseEvent[] = [];
      const breaks = /\r\n|\n|\r/g;
      let from = 0;
      for (let match = breaks.exec(unread); match; match = breaks.exec(unread)) {
        // a CR at the very end may be half of a CRLF: the next piece tells
        if (match[0] === '\r' && breaks.lastIndex === unread.length) break;
        const event = takeLine(unread.slice(from, match.index));
        if (event) events.push(event);
        from = breaks.lastIndex;
      }
      rest = unread.slice(from);
      return events;
    },
    get retry() {
      return retry;
    },
  };
}
