export { createCounter, type Arrival, type DispatchCounter } from './counter.ts';
export { eventsHandler, eventTaker, type EventTaker } from './events.ts';
export type { ReceivedEvent, ReceivedLog } from './rules.ts';
export { createIdleBots } from './idle.ts';
export { instructionMaker, type MaskedJob } from './instructions.ts';
export { endUnreported, endUnstarted } from './lost.ts';
export { pollHandler } from './poll.ts';
export { startClockSweep, startLostSweep } from './sweep.ts';
