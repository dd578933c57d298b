import { ArgusError, type RunInstruction } from '@argus/contract';
import type { EventTaker } from '../dispatch/index.ts';
import type { FileArgument } from '../files/index.ts';
import { neverRun } from './rules.ts';

export interface FileServices {
  /** A file, or a list of them, as data URLs: agents know no other files. Throws `too_large`, or `not_found`. */
  asDataUrl(element: FileArgument): Promise<string>;
  take: EventTaker;
}

/** The run with its files as texts in their positions; undefined where that cannot be: its job has ended then. */
export async function withDataUrls(
  { asDataUrl, take }: FileServices,
  hostId: string,
  run: RunInstruction,
): Promise<RunInstruction | undefined> {
  if (run.files === undefined) return run;
  const args = [...run.args];
  try {
    for (const [position, files] of Map.groupBy(run.files, (file) => file.position)) {
      const stored = files.map(({ id, filename, size, sha256 }) => ({ file: id, filename, size, sha256 }));
      const [first] = stored;
      const isList = files[0]?.index !== undefined;
      if (first !== undefined) args[position] = await asDataUrl(isList ? { files: stored } : first);
    }
    return { ...run, args };
  } catch (error) {
    if (!(error instanceof ArgusError)) throw error;
    const { job, attempt, lease } = run;
    await take(hostId, [{ type: 'finished', job, attempt, lease, ...neverRun(error.message), last_seq: 0 }]);
    return undefined;
  }
}
