/** One line of a structured log. */
export type LogEntry = { level: 'debug' | 'info' | 'warn' | 'error'; msg: string; [key: string]: unknown };

/** Where log lines go. Must not throw. */
export type Log = (entry: LogEntry) => void;
