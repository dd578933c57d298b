import type { RunInstruction } from '@argus/contract';
import { scriptEnvironment } from '@argus/contract/environment';
import { commandOf } from '@argus/contract/run-as';
import type { Shared } from './attempt.ts';
import { argumentsWithFiles, FileMissing } from './link/files.ts';
import { ScriptMissing } from './link/scripts.ts';
import { refuseNul } from './run/environment.ts';
import { homeOf } from './run/places.ts';
import type { Workplace } from './run/workplace.ts';
import { step } from './step.ts';
import { isForEverybody } from './run/reach.ts';

const NODE_PLACEHOLDER = '%node%';

/** What a script is started with. */
export interface Command {
  argv: string[];
  env: Record<string, string>;
}

interface Preparation {
  /** Of the attempt. */
  key: string;
  shared: Pick<Shared, 'scripts' | 'http' | 'user' | 'places' | 'path' | 'passEnv'>;
  workplace: Workplace;
  signal: AbortSignal;
  /** Whether the attempt came to its end meanwhile. */
  isOff: () => boolean;
}

/**
 * Fetches the script and the files of an attempt into its directory, and works out its command.
 *
 * @returns undefined where the attempt ended meanwhile
 * @throws where something cannot be had, or cannot be passed to a process
 */
export async function prepare(
  instruction: RunInstruction,
  { key, shared, workplace, signal, isOff }: Preparation,
): Promise<Command | undefined> {
  const { script, run_as } = instruction;
  const cached = shared.scripts.cached(script.sha256) ?? (await shared.scripts.fetch(script, signal));
  step('script.fetched');
  if (isOff()) return undefined;
  const path = workplace.prepare(cached, script.filename);
  const args = await argumentsWithFiles(instruction, workplace, shared.http, signal);
  if (isOff()) return undefined;
  const argv = commandOf(run_as, path, args);
  // what Argus brings along itself runs on Node: the bot's own, where the user of scripts gets at it
  if (argv[0] === NODE_PLACEHOLDER) argv[0] = isForEverybody(process.execPath) ? process.execPath : 'node';
  const env = scriptEnvironment({
    user: shared.user,
    home: homeOf(shared.user, shared.places),
    path: shared.path,
    botEnv: process.env,
    passEnv: shared.passEnv,
    given: instruction.env,
    attempt: key,
    resultFile: workplace.resultFile,
    artifactsDirectory: workplace.artifacts,
  });
  refuseNul([...argv, ...Object.entries(env).flat()]);
  return { argv, env };
}

/** Whether what could not be had is gone for good, which is nobody's fault here. */
export function isMissing(error: unknown): boolean {
  return error instanceof ScriptMissing || error instanceof FileMissing;
}
