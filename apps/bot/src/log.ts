/** One JSON object per line on stderr. Fields are chosen by the caller: credentials and codes are never among them. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

type Say = (message: string, about?: Record<string, unknown>) => void;
export type Log = Record<Exclude<LogLevel, 'silent'>, Say>;

export function createLog(
  level: LogLevel,
  write: (line: string) => void = (line) => process.stderr.write(line),
): Log {
  const threshold = LOG_LEVELS.indexOf(level);
  const sayer = (name: Exclude<LogLevel, 'silent'>): Say => {
    if (LOG_LEVELS.indexOf(name) < threshold) return () => {};
    return (message, about) =>
      write(`${JSON.stringify({ time: new Date().toISOString(), level: name, message, ...about })}\n`);
  };
  return { debug: sayer('debug'), info: sayer('info'), warn: sayer('warn'), error: sayer('error') };
}

/** What an error says, without its stack. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
