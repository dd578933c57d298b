/** A migration file as it is on disk. */
export type Migration = { number: number; name: string; sql: string; sha256: string; transactional: boolean };

/** A row of `schema_migrations`. */
export type Applied = { number: number; name: string; sha256: string };

export type MigrationErrorCode =
  | 'bad_name'
  | 'duplicate_number'
  | 'changed'
  | 'missing'
  | 'newer_database'
  | 'out_of_order'
  | 'failed';

/** Migrations that cannot be applied; the message names the file. Nothing was changed, except by a file that runs outside a transaction. */
export class MigrationError extends Error {
  readonly code: MigrationErrorCode;

  constructor(code: MigrationErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'MigrationError';
    this.code = code;
  }
}

const namePattern = /^(\d{6})_[a-z0-9_]+\.sql$/;

/** The number of a migration file. @throws MigrationError `bad_name` */
export function numberOf(name: string): number {
  const digits = namePattern.exec(name)?.[1];
  if (digits === undefined) {
    throw new MigrationError('bad_name', `${name} is not named like a migration: 000001_what_it_does.sql`);
  }
  return Number(digits);
}

/**
 * The migrations that are still to be applied, in order.
 * @throws MigrationError if the files and the database tell different histories.
 */
export function pendingMigrations(files: readonly Migration[], applied: readonly Applied[]): Migration[] {
  const byNumber = new Map<number, Migration>();
  for (const file of files) {
    const other = byNumber.get(file.number);
    if (other)
      throw new MigrationError('duplicate_number', `${other.name} and ${file.name} have the same number`);
    byNumber.set(file.number, file);
  }
  const newestFile = Math.max(0, ...byNumber.keys());
  for (const row of applied) requireUnchanged(row, byNumber.get(row.number), newestFile);

  const done = new Set(applied.map(({ number }) => number));
  const newestDone = Math.max(0, ...done);
  const pending = files.filter(({ number }) => !done.has(number)).toSorted((a, b) => a.number - b.number);
  const late = pending.find(({ number }) => number < newestDone);
  if (late) {
    throw new MigrationError(
      'out_of_order',
      `${late.name} was added below migration ${newestDone}, which this database already has. Give it a higher number.`,
    );
  }
  return pending;
}

function requireUnchanged(row: Applied, file: Migration | undefined, newestFile: number): void {
  if (!file && row.number > newestFile) {
    throw new MigrationError(
      'newer_database',
      `The database has migration ${row.name}, which this version of the program does not know (its newest is ` +
        `${newestFile}). Start the newer version, or restore a backup from before the upgrade.`,
    );
  }
  if (!file) throw new MigrationError('missing', `The file of the applied migration ${row.name} is missing`);
  if (file.sha256 !== row.sha256) {
    throw new MigrationError(
      'changed',
      `${file.name} was changed after it was applied. Restore the file, and put the change into a new migration.`,
    );
  }
}
