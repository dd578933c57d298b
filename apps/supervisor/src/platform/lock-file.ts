import { DatabaseSync } from 'node:sqlite';

/**
 * Holds a directory for this process: an exclusive lock of the operating system on a file in it, which ends with
 * the process however it ends. Undefined when another process holds it.
 */
export function lockFile(path: string): Disposable | undefined {
  const database = new DatabaseSync(path);
  try {
    database.exec('pragma locking_mode = exclusive; begin exclusive');
  } catch {
    database.close();
    return undefined;
  }
  return {
    [Symbol.dispose]() {
      database.close();
    },
  };
}
