import { pino, type Logger } from 'pino';

export type Log = Logger;

/** Structured JSON lines on stderr. Tokens and secrets are kept out where requests are logged (http/server.ts). */
export function createLog(level: string): Log {
  return pino(
    {
      level,
      base: undefined,
      timestamp: pino.stdTimeFunctions.isoTime,
      // as the bot writes its lines, which come on the same stream
      messageKey: 'message',
      formatters: { level: (label) => ({ level: label }) },
    },
    pino.destination({ fd: 2, sync: true }),
  );
}
