/** A start that cannot go on: the sentence is all that is printed. */
export class StartError extends Error {}

type Coded = { code?: string; path?: string; address?: string; port?: number };

/** What to do about a data directory that the system does not let be used. */
export function problemOfDataDir(dataDir: string, error: unknown): StartError | undefined {
  const { code = '' } = error as Coded;
  const other = 'name another directory in ARGUS_DATA_DIR';
  const known: Record<string, string> = {
    EACCES: `The data directory ${dataDir} cannot be used by this user (${code}): give it to the user who starts Argus, or ${other}.`,
    EPERM: `The data directory ${dataDir} is another user's (${code}): start Argus as that user, or ${other}.`,
    EEXIST: `${dataDir} is a file: ${other}.`,
    ENOTDIR: `A part of ${dataDir} is a file: ${other}.`,
    EROFS: `The data directory ${dataDir} is on a file system that is read-only: ${other}.`,
    ENOSPC: `The disk of ${dataDir} is full: make room, or ${other}.`,
    EDQUOT: `The disk quota of ${dataDir} is used up: make room, or ${other}.`,
  };
  return Object.hasOwn(known, code) ? new StartError(known[code], { cause: error }) : undefined;
}

/** What to do about an address that cannot be listened on. */
export function problemOfListening(host: string, port: number, error: unknown): StartError | undefined {
  switch ((error as Coded).code) {
    case 'EADDRINUSE':
      return new StartError(`Port ${port} on ${host} is in use: set ARGUS_PORT to another one.`);
    case 'EACCES':
      return new StartError(
        `Port ${port} needs rights that this user does not have: set ARGUS_PORT to one above 1023.`,
      );
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EINVAL':
      return new StartError(
        `${host} is no address of this machine: set ARGUS_HOST to one, or to 0.0.0.0 for all of them.`,
      );
    default:
      return undefined;
  }
}

/** Codes of a PostgreSQL that lets nobody in: of the system, and SQLSTATEs. */
const NOT_REACHED = /^(E[A-Z_]+|08...|28...|3D000|57P..|53300)$/;

/** What to do about a PostgreSQL of one's own that cannot be reached. Its address is told without user and password. */
export function problemOfDatabaseUrl(databaseUrl: string, error: unknown): StartError | undefined {
  // of several addresses of one name, each has its reason
  const first = error instanceof AggregateError ? (error.errors[0] as Error) : (error as Error);
  const { code = '' } = first as Coded;
  const url = URL.parse(databaseUrl);
  const where = url === null ? '' : ` ${url.host || 'on this machine'}`;
  if (
    !NOT_REACHED.test(code) &&
    !/^(timeout expired|Connection terminated|The server does not support SSL)/.test(first.message)
  )
    return undefined;
  const why = first.message || code;
  return new StartError(
    `The PostgreSQL${where} of ARGUS_DATABASE_URL cannot be used (${why}): look whether it runs, and at its address, user, password and database.`,
    { cause: error },
  );
}
