import { statSync } from 'node:fs';
import { dirname } from 'node:path';

/** Whether every user of this machine may run the program at a path: it, and each directory above it, lets them. */
export function isForEverybody(path: string): boolean {
  try {
    if ((statSync(path).mode & 0o005) !== 0o005) return false;
    for (let at = dirname(path); ; at = dirname(at)) {
      if ((statSync(at).mode & 0o001) === 0) return false;
      if (at === dirname(at)) return true;
    }
  } catch {
    return false;
  }
}
