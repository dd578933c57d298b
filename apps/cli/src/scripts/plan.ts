import { SCRIPT_FILENAME, type Script } from '@argus/contract';

/** A file that is to be a script. */
export interface LocalFile {
  /** Below the folder, with `/`. */
  path: string;
  /** The last part of its path: scripts have no folders. */
  filename: string;
  /** Hex. */
  sha256: string;
}

export type KnownScript = Pick<Script, 'id' | 'filename' | 'version' | 'sha256' | 'used_by'>;

/** What makes the scripts of an organization those of a folder. */
export interface Plan {
  create: LocalFile[];
  change: { file: LocalFile; script: KnownScript }[];
  same: LocalFile[];
  /** Scripts of which the folder has no file. */
  gone: KnownScript[];
  /** Why a file cannot be a script, as sentences. */
  problems: string[];
}

/** Compares a folder with the scripts that there are; scripts are told apart by their filenames. */
export function planOf(files: readonly LocalFile[], scripts: readonly KnownScript[]): Plan {
  const plan: Plan = { create: [], change: [], same: [], gone: [], problems: [] };
  const byName = Map.groupBy(scripts, ({ filename }) => filename);
  const named = Map.groupBy(files, ({ filename }) => filename);
  for (const [filename, own] of named) {
    const [file] = own as [LocalFile];
    const known = byName.get(filename) ?? [];
    const [script] = known;
    if (!SCRIPT_FILENAME.test(filename))
      plan.problems.push(
        `${file.path} cannot be a script: letters, digits, _, - and . are in its name, no others.`,
      );
    else if (own.length > 1)
      plan.problems.push(
        `${own.map(({ path }) => path).join(' and ')} have one name: scripts have no folders, so call them otherwise.`,
      );
    else if (known.length > 1)
      plan.problems.push(
        `There are ${known.length} scripts called ${filename}: give them names of their own first.`,
      );
    else if (script === undefined) plan.create.push(file);
    else if (script.sha256 === file.sha256) plan.same.push(file);
    else plan.change.push({ file, script });
  }
  plan.gone = scripts.filter(({ filename }) => !named.has(filename));
  return plan;
}
