// Preloaded into supervisors and bots of a fault campaign: their wall clock is off by what a file says, in milliseconds. It
// shifts all that Node programs know of wall time, `Date`; monotonic clocks, timers and PostgreSQL's now() stay as they are.
import { readFileSync } from 'node:fs';

const LOOK_EVERY_MS = 100;
const file = process.env['ARGUS_FAULT_CLOCK'];
const RealDate = Date;
let shift = 0;

function look() {
  try {
    shift = Number(readFileSync(file, 'utf8')) || 0;
  } catch {
    shift = 0;
  }
}

if (file !== undefined) {
  look();
  setInterval(look, LOOK_EVERY_MS).unref();
  const now = () => RealDate.now() + shift;
  // a proxy, not a subclass: what is made inside of Node stays an instance of Date
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, args, as) => Reflect.construct(target, args.length === 0 ? [now()] : args, as),
    apply: () => new RealDate(now()).toString(),
    get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
  });
}
