import type { EventsRequest, PollRequest } from '@argus/contract';

// What protocol 1 was when it was the newest: its objects are closed, so a field that is not here is refused.
const POLL = ['protocol', 'boot', 'slots', 'attempts', 'info'];
const ATTEMPT = ['job', 'attempt', 'lease', 'phase'];
const INFO = ['hostname', 'version', 'os', 'release', 'arch', 'run_user', 'interpreters'];
const EVENTS = ['protocol', 'events', 'more'];
const REF = ['type', 'job', 'attempt', 'lease', 'age_ms'];
const EVENT: Record<string, string[]> = {
  started: [...REF, 'pid'],
  log: [...REF, 'seq', 'stream', 'offset', 'line', 'bytes', 'lines', 'encoding', 'data'],
  finished: REF.concat(
    [
      'last_seq',
      'ending',
      'exit_code',
      'signal',
      'stopped_by',
      'survivors',
      'left_running',
      'error',
      'result',
    ],
    ['duration_ms', 'log_dropped_bytes'],
  ),
};
const STOPPERS = [null, 'cancel', 'timeout'];

/** How a supervisor of protocol 1 refuses a request: fields first, as schemas come first, then the number. */
export function assertProtocol1(
  body: PollRequest | EventsRequest,
): { status: number; message: string } | undefined {
  const unknown = 'events' in body ? unknownInEvents(body) : unknownInPoll(body);
  if (unknown.length > 0) return { status: 400, message: `${unknown.join(', ')}: is not known` };
  if (body.protocol !== 1)
    return { status: 426, message: `This supervisor speaks bot protocol 1, the bot ${body.protocol}` };
  return undefined;
}

function unknownInPoll(poll: PollRequest): string[] {
  return [
    ...others(poll, POLL),
    ...others(poll.info ?? {}, INFO),
    ...poll.attempts.flatMap((attempt) => others(attempt, ATTEMPT)),
  ];
}

function unknownInEvents({ events, ...request }: EventsRequest): string[] {
  return [
    ...others(request, EVENTS),
    ...events.flatMap((event) => others(event, EVENT[event.type] ?? [])),
    ...events.flatMap((event) =>
      event.type === 'finished' && !STOPPERS.includes(event.stopped_by) ? ['stopped_by'] : [],
    ),
  ];
}

function others(object: object, known: readonly string[]): string[] {
  return Object.keys(object).filter((key) => !known.includes(key));
}
