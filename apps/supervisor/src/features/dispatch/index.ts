export { createCounter } from './counter.ts';
export { eventsHandler } from './events.ts';
export { instructionMaker } from './instructions.ts';
export { pollHandler } from './poll.ts';
export { startSweep } from './sweep.ts';
