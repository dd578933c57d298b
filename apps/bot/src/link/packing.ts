import type { BotEvent, EventsRequest, LogEvent, PackedEventsRequest } from '@argus/contract';

/** A log event with its data as bytes, however they travel. */
export type LogOut = Omit<LogEvent, 'data'> & { data: Buffer };
export type EventOut = Exclude<BotEvent, LogEvent> | LogOut;
export type EventsOut = Omit<EventsRequest, 'events'> & { events: readonly EventOut[] };

/** A request in parts: the length of its JSON, the JSON, and the log behind it. */
export function packed(request: EventsOut): Buffer[] {
  const data: Buffer[] = [];
  const events = request.events.map((event) => {
    if (event.type !== 'log') return event;
    const { data: bytes, ...rest } = event;
    data.push(bytes);
    return { ...rest, size: bytes.length };
  });
  const head = Buffer.from(JSON.stringify({ ...request, events } satisfies PackedEventsRequest));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(head.length);
  return [length, head, ...data];
}

/** The same as JSON, for a supervisor that does not know packed requests. */
export function asJson(request: EventsOut): EventsRequest {
  const events = request.events.map((event) =>
    event.type === 'log' ? { ...event, data: event.data.toString('base64') } : event,
  );
  return { ...request, events };
}
