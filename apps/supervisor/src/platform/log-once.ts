import type { Log } from './log.ts';

const EVERY_MS = 60_000;
/** Past this the keys that were quiet longest are forgotten: who makes up keys costs no memory. */
const KEYS_MAX = 1000;

/** Writes a warning; the same key again within a minute is only counted, and told with the next line. */
export type LogOnce = (key: string, fields: object, message: string) => void;

export function createLogOnce(log: Pick<Log, 'warn'>, now: () => number = () => performance.now()): LogOnce {
  const said = new Map<string, { at: number; since: number }>();
  return (key, fields, message) => {
    const last = said.get(key);
    if (last && now() - last.at < EVERY_MS) {
      last.since++;
      return;
    }
    said.delete(key);
    said.set(key, { at: now(), since: 0 });
    const [oldest] = said.keys();
    if (said.size > KEYS_MAX && oldest !== undefined) said.delete(oldest);
    log.warn({ ...fields, ...(last && last.since > 0 && { not_logged: last.since }) }, message);
  };
}
