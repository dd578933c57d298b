import { invalid } from '@argus/contract';
import type { SecretBox } from '../../platform/crypto.ts';
import type { Platform } from '../../platform/platform.ts';
import type { RunQueries } from './run-queries.ts';

/** Environments of a version of a workflow: for every step, and for single ones. */
export interface Envs {
  env: Record<string, string>;
  steps: Record<string, Record<string, string>>;
}

const MAX_BYTES = 256 * 1024;

export function openEnvs(box: SecretBox, cipher: Buffer | null): Envs {
  return cipher === null ? { env: {}, steps: {} } : (JSON.parse(box.open(cipher)) as Envs);
}

export function sealEnvs(box: SecretBox, envs: Envs): Buffer | null {
  if (Object.keys(envs.env).length === 0 && Object.keys(envs.steps).length === 0) return null;
  const text = JSON.stringify(envs);
  if (text.length > MAX_BYTES) throw invalid('env', 'is larger than 256 KiB with those of the steps');
  return box.seal(text);
}

const RUNS_KEPT = 1000;

/** What the steps of runs get beside the environments of their tasks. A run keeps its version, so it is read once. */
export function stepEnvironments({ box }: Pick<Platform, 'box'>, runs: Pick<RunQueries, 'envsOf'>) {
  const known = new Map<string, Envs & { workflow_id: string }>();
  return async ({
    run_id,
  }: {
    run_id: string | null;
  }): Promise<(Envs & { workflow_id: string }) | undefined> => {
    if (run_id === null) return undefined;
    const kept = known.get(run_id);
    if (kept !== undefined) return kept;
    const row = await runs.envsOf(run_id);
    if (row === undefined) return undefined;
    const envs = { ...openEnvs(box, row.env_cipher), workflow_id: row.workflow_id };
    if (known.size >= RUNS_KEPT) known.clear();
    known.set(run_id, envs);
    return envs;
  };
}
