import { ArgusError, FileValue, jobFilesIn, type ArgumentDefinition } from '@argus/contract';
import type { Actor } from '../../platform/http/caller.ts';
import { UPLOAD_MAX_BYTES } from '../../platform/http/multipart.ts';
import { shownFiles } from './arguments.ts';
import type { JobQueries } from './queries.ts';
import { visibleJob } from './visible.ts';

/** Reads what is given to a run, and answers what finds the files of earlier jobs in it. */
export type JobFiles = (
  definitions: readonly ArgumentDefinition[],
  given: readonly unknown[],
) => Promise<(text: string) => FileValue | undefined>;

/** Files of one run, as a form takes them. */
const FILES_MAX = 20;

/**
 * The files of earlier jobs that a caller may give to a run of a task: those of its own jobs, as far as the caller may
 * see these and download them now. Why one cannot be had is not told: it may be somebody else's.
 */
export function jobFilesFor(queries: JobQueries, caller: Actor, taskId: string): JobFiles {
  async function filesOf(id: string): Promise<ReadonlyMap<string, FileValue>> {
    try {
      const job = await visibleJob(queries, caller, id);
      if (job.task_id !== taskId) return new Map();
      return new Map(
        shownFiles(job.arguments).map((one) => [one.file, new FileValue({ ...one, id: one.file })]),
      );
    } catch (error) {
      if (error instanceof ArgusError && error.code === 'not_found') return new Map();
      throw error;
    }
  }

  return async (definitions, given) => {
    const wanted = jobFilesIn(definitions, given);
    if (wanted.length > FILES_MAX) throw new ArgusError('too_large', `A request takes ${FILES_MAX} files.`);
    const ofJobs = new Map<string, ReadonlyMap<string, FileValue>>();
    for (const { job } of wanted) if (!ofJobs.has(job)) ofJobs.set(job, await filesOf(job));
    const found = new Map(wanted.map(({ text, job, file }) => [text, ofJobs.get(job)?.get(file)]));
    const errors = wanted.flatMap(({ text, definition: { order, label } }) => {
      if (found.get(text)) return [];
      const problem =
        'is a file of an earlier job that is gone, or that you may not see: choose a file again';
      return [{ field: `task_arguments[${order}]`, message: label ? `"${label}" ${problem}` : problem }];
    });
    if (errors.length > 0)
      throw new ArgusError(
        'invalid_arguments',
        errors.map(({ field, message }) => `${field}: ${message}`).join('; '),
        errors,
      );
    const bytes = wanted.reduce((sum, { text }) => sum + (found.get(text)?.size ?? 0), 0);
    if (bytes > UPLOAD_MAX_BYTES)
      throw new ArgusError('too_large', 'The files of earlier jobs are larger than 64 MiB together.');
    return (text) => found.get(text);
  };
}
