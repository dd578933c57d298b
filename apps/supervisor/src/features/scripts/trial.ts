import type { TaskUpdate } from '@argus/contract';
import { hashToken, newSecretKey } from '../../platform/crypto.ts';
import type { Actor } from '../../platform/http/caller.ts';
import type { Handlers } from '../../platform/http/operations.ts';
import type { Platform } from '../../platform/platform.ts';
import type { EventQueries } from '../events/index.ts';
import {
  idempotencyKey,
  onceForKey,
  starterOfCaller,
  type CreatedAnswer,
  type Runner,
} from '../jobs/index.ts';
import type { PoolQueries } from '../pools/index.ts';
import { taskValues, type TaskQueries, type TaskRow, type TrialQueries } from '../tasks/index.ts';
import { contentFrom, uploadName } from './content.ts';
import type { ScriptQueries, ScriptRow } from './queries.ts';

/** Whoever tries a script looks at it now: what is kept is for going back a few tries. */
const KEPT = { retention_days: 7, retention_jobs: 50 };

export interface TrialServices {
  queries: ScriptQueries;
  tasks: TaskQueries;
  trials: TrialQueries;
  events: EventQueries;
  pools: PoolQueries;
  run: Runner;
  /** A job that was made before. */
  created(id: string): Promise<CreatedAnswer | undefined>;
  existing(caller: Actor, id: string): Promise<ScriptRow>;
}

/**
 * Runs what somebody is writing. It is a job of the script's own task, which no list shows: bots, logs, cancel and
 * retention know nothing of trials (docs/decisions/0009).
 */
export function trialRoutes(
  platform: Platform,
  { queries, tasks, trials, events, pools, run, created, existing }: TrialServices,
): Pick<Handlers, 'tryScript'> {
  return {
    async tryScript({ caller, params, body, fromPage, address, request, note }) {
      const script = await existing(caller, params.id);
      const { content, task_arguments: given = [], filename: name = script.filename, ...place } = body;
      const filename = uploadName(name);
      const wanted: TaskUpdate = {
        ...KEPT,
        ...place,
        name: filename,
        // whatever a script can be given: several lines, or nothing
        task_arguments: given.map((_value, order) => ({ type: 'textarea', order, required: false })),
      };
      const values = await taskValues(
        platform,
        { queries: tasks, events, pools },
        caller.customer.id,
        wanted,
        undefined,
      );
      const data = content === undefined ? undefined : contentFrom(filename, Buffer.from(content, 'utf8'));
      const sha256 = data?.sha256 ?? script.sha256;
      if (data !== undefined && sha256 !== script.sha256) await queries.keep(data);

      const make = async (id?: string) => {
        const secret = newSecretKey();
        const task = await trials.setTrial(
          caller.customer.id,
          script.id,
          values,
          { hash: hashToken(secret), cipher: platform.box.seal(secret) },
          caller.name,
        );
        const tried: TaskRow = {
          ...task,
          script_id: script.id,
          script_name: filename,
          script_runs: sha256 === script.sha256 && filename === script.filename ? script.version : null,
          script_sha256: sha256,
          script_size: data?.data.length ?? script.size,
        };
        const starter = starterOfCaller(caller, fromPage, address);
        return run(tried, { given, ...(id !== undefined && { id }) }, { ...starter, origin: 'trial' });
      };
      const key = idempotencyKey(request, caller.customer.id, caller.tokenId, ['try', script.id, body]);
      const job = key ? await onceForKey(platform.db, key, make, created) : await make();
      note({ details: { filename, job: job.id, sha256, hostname: job.hostname } });
      return job;
    },
  };
}
