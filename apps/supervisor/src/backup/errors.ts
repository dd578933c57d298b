/** A backup or a restore that cannot go on: the sentence, which says what to do, is all that is printed. */
export class BackupError extends Error {}

/** A file that is no backup, or not a whole one. */
export class DamagedBackup extends BackupError {
  constructor(why: string, options?: ErrorOptions) {
    super(`This is no whole backup: ${why}. Take another one, or copy it here anew.`, options);
  }
}
