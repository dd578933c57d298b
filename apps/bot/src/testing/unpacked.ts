import type { BotEvent, EventsRequest, PackedEventsRequest } from '@argus/contract';

/** A packed request as the JSON that it stands for. */
export function unpacked(whole: Buffer): EventsRequest {
  let at = 4 + whole.readUInt32BE();
  const head = JSON.parse(whole.toString('utf8', 4, at)) as PackedEventsRequest;
  const events = head.events.map((event): BotEvent => {
    if (event.type !== 'log') return event;
    const { size, ...rest } = event;
    at += size;
    return { ...rest, data: whole.toString('base64', at - size, at) };
  });
  if (at !== whole.length) throw new Error('a packed request is longer or shorter than its events say');
  return { ...head, events };
}
