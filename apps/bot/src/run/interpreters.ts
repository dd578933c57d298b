import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const NAMES = ['bash', 'sh', 'python3', 'perl', 'node', 'php', 'ruby', 'pwsh'];

/** Interpreters on a path, name → file. Versions would cost a process each at every start. */
export function findInterpreters(path: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of NAMES) {
    const file = path
      .split(delimiter)
      .map((folder) => join(folder, name))
      .find(isExecutable);
    if (file) found[name] = file;
  }
  return found;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
