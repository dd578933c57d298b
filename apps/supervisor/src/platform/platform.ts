import type { Bus } from './bus.ts';
import type { SecretBox } from './crypto.ts';
import type { Database } from './database.ts';
import type { Log } from './log.ts';
import type { Mail } from './mail.ts';
import type { Metrics } from './metrics.ts';
import type { Outbound } from './outbound.ts';
import type { Supervisors } from './supervisors.ts';
import type { Throttle } from './throttle.ts';

/** What every feature stands on. Made once, in main.ts. */
export interface Platform {
  db: Database;
  log: Log;
  bus: Bus;
  /** The supervisors that share the database. */
  supervisors: Supervisors;
  metrics: Metrics;
  box: SecretBox;
  mail: Mail;
  throttle: Throttle;
  outbound: Outbound;
  /** Where people and bots reach this server, without a slash at its end; known once it listens. */
  publicUrl(): string;
  /** Ends when the supervisor is asked to stop. */
  stopping: AbortSignal;
}
