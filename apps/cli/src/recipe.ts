import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import type { RecipeReport } from '@argus/contract';
import { CliError } from './instance.ts';

/** The recipe in a file, or of stdin where it is called `-`. */
export async function readRecipe(file: string): Promise<unknown> {
  let json: string;
  try {
    json = file === '-' ? await text(process.stdin) : await readFile(file, 'utf8');
  } catch (error) {
    throw new CliError(`${file} cannot be read: ${(error as Error).message}`);
  }
  try {
    return JSON.parse(json);
  } catch {
    throw new CliError(`${file} is no JSON: give the file that an export made.`);
  }
}

/** What an import has to say, on stderr: stdout has the ids alone. */
export function tellReport(report: RecipeReport): void {
  for (const kind of ['adapted', 'dropped', 'missing'] as const)
    for (const { field, message } of report[kind]) process.stderr.write(`${kind}: ${field}: ${message}\n`);
}
