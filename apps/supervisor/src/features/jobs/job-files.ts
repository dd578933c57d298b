import { ArgusError, FileValue, jobFilesIn, type ArgumentDefinition } from '@argus/contract';
import type { Actor } from '../../platform/http/caller.ts';
import { UPLOAD_MAX_BYTES } from '../../platform/http/multipart.ts';
import type { Artifacts } from '../files/index.ts';
import { shownFiles, type StoredArgument } from './arguments.ts';
import type { JobQueries, JobRow } from './queries.ts';
import { visibleJob } from './visible.ts';

/** Reads what is given to a run, and answers what finds the files of earlier jobs and runs in it. */
export type JobFiles = (
  definitions: readonly ArgumentDefinition[],
  given: readonly unknown[],
) => Promise<(text: string) => FileValue | undefined>;

/** Files of one run, as a form takes them. */
const FILES_MAX = 20;

interface Started {
  job: JobRow | undefined;
  given: ReturnType<typeof shownFiles>;
}

/** Where files of earlier jobs are found. */
export interface EarlierFiles {
  jobs: JobQueries;
  artifacts: Pick<Artifacts['queries'], 'find'>;
}

/** What is run again: a task, whose jobs are found, or something else with what runs of it were started with. */
export type RunAgain =
  | { task: string }
  | {
      /** The arguments of an earlier run, where the caller may see it. */
      startedWith(id: string): Promise<readonly StoredArgument[] | undefined>;
    };

/**
 * The files of earlier jobs and runs that a caller may give to a run, as far as the caller may see these now: what the
 * same task or workflow was started with before, and what any job left. Why one cannot be had is not told: it may be
 * somebody else's.
 */
export function jobFilesFor({ jobs, artifacts }: EarlierFiles, caller: Actor, again: RunAgain): JobFiles {
  async function jobOf(id: string): Promise<JobRow | undefined> {
    try {
      return await visibleJob(jobs, caller, id);
    } catch (error) {
      if (error instanceof ArgusError && error.code === 'not_found') return undefined;
      throw error;
    }
  }

  /** What was started, be it a job or a run: what it was given that counts here, and whether it may have left files. */
  async function started(id: string): Promise<Started> {
    const job = await jobOf(id);
    const given =
      'startedWith' in again
        ? job === undefined && (await again.startedWith(id))
        : job?.task_id === again.task && job.arguments;
    return { job, given: shownFiles(given || []) };
  }

  async function fileOf({ job, given }: Started, id: string): Promise<FileValue | undefined> {
    const found = given.find(({ file }) => file === id) ?? (job && (await artifacts.find(job.id, id)));
    return found && new FileValue({ ...found, id });
  }

  return async (definitions, given) => {
    const wanted = jobFilesIn(definitions, given);
    if (wanted.length > FILES_MAX) throw new ArgusError('too_large', `A request takes ${FILES_MAX} files.`);
    const found = new Map<string, FileValue | undefined>();
    const seen = new Map<string, Started>();
    for (const { text, job, file } of wanted) {
      const one = seen.get(job) ?? (await started(job));
      seen.set(job, one);
      found.set(text, await fileOf(one, file));
    }
    const errors = wanted.flatMap(({ text, definition: { order, label } }) => {
      if (found.get(text)) return [];
      const problem =
        'is a file of an earlier run that is gone, or that you may not see: choose a file again';
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
      throw new ArgusError('too_large', 'The files of earlier runs are larger than 64 MiB together.');
    return (text) => found.get(text);
  };
}
