import { ArgusError, FileValue, jobFilesIn, type ArgumentDefinition } from '@argus/contract';
import type { Actor } from '../../platform/http/caller.ts';
import { UPLOAD_MAX_BYTES } from '../../platform/http/multipart.ts';
import type { Artifacts } from '../files/index.ts';
import { shownFiles } from './arguments.ts';
import type { JobQueries, JobRow } from './queries.ts';
import { visibleJob } from './visible.ts';

/** Reads what is given to a run, and answers what finds the files of earlier jobs in it. */
export type JobFiles = (
  definitions: readonly ArgumentDefinition[],
  given: readonly unknown[],
) => Promise<(text: string) => FileValue | undefined>;

/** Files of one run, as a form takes them. */
const FILES_MAX = 20;

/** Where files of earlier jobs are found. */
export interface EarlierFiles {
  jobs: JobQueries;
  artifacts: Pick<Artifacts['queries'], 'find'>;
}

/**
 * The files of earlier jobs that a caller may give to a run of a task, as far as the caller may see these and download
 * them now: what jobs of the same task were started with, and what any job left. Why one cannot be had is not told: it
 * may be somebody else's.
 */
export function jobFilesFor({ jobs, artifacts }: EarlierFiles, caller: Actor, taskId: string): JobFiles {
  async function jobOf(id: string): Promise<JobRow | undefined> {
    try {
      return await visibleJob(jobs, caller, id);
    } catch (error) {
      if (error instanceof ArgusError && error.code === 'not_found') return undefined;
      throw error;
    }
  }

  async function fileOf(job: JobRow | undefined, id: string): Promise<FileValue | undefined> {
    if (job === undefined) return undefined;
    const given = job.task_id === taskId ? shownFiles(job.arguments) : [];
    const found = given.find(({ file }) => file === id) ?? (await artifacts.find(job.id, id));
    return found && new FileValue({ ...found, id });
  }

  return async (definitions, given) => {
    const wanted = jobFilesIn(definitions, given);
    if (wanted.length > FILES_MAX) throw new ArgusError('too_large', `A request takes ${FILES_MAX} files.`);
    const found = new Map<string, FileValue | undefined>();
    const seen = new Map<string, JobRow | undefined>();
    for (const { text, job, file } of wanted) {
      if (!seen.has(job)) seen.set(job, await jobOf(job));
      found.set(text, await fileOf(seen.get(job), file));
    }
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
