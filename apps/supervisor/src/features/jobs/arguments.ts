import type { ArgumentDefinition, InputFile } from '@argus/contract';
import type { SecretBox } from '../../platform/crypto.ts';
import { filesIn, givenFile, shownArgument, type FileArgument, type StoredFile } from '../files/index.ts';

/** One argument of a job as it is kept: text or files; masked text as its cipher (base64). */
export type StoredArgument = string | { masked: string } | (FileArgument & { hidden?: true });

/** Arguments as they are kept: those that are masked encrypted, and the names of masked files not shown. */
export function sealArguments(
  box: SecretBox,
  definitions: readonly ArgumentDefinition[],
  values: readonly (string | FileArgument)[],
): StoredArgument[] {
  return values.map((value, index) => {
    if (!definitions[index]?.masked) return value;
    return typeof value === 'string'
      ? { masked: box.seal(value).toString('base64') }
      : { ...value, hidden: true };
  });
}

/** The arguments in clear: for the bot that runs the job, never for an answer. */
export function openArguments(box: SecretBox, stored: readonly StoredArgument[]): (string | FileArgument)[] {
  return stored.map((value) =>
    typeof value === 'object' && 'masked' in value ? box.open(Buffer.from(value.masked, 'base64')) : value,
  );
}

/** The values that no log may show. */
export function maskedValues(box: SecretBox, stored: readonly StoredArgument[]): string[] {
  return stored.flatMap((value) =>
    typeof value === 'object' && 'masked' in value ? [box.open(Buffer.from(value.masked, 'base64'))] : [],
  );
}

/** The arguments as a caller would give them, for a run with the same values. */
export function givenAgain(box: SecretBox, stored: readonly StoredArgument[]): unknown[] {
  return openArguments(box, stored).map((value) => (typeof value === 'string' ? value : givenFile(value)));
}

/** The arguments as everybody may see them: null in place of a masked value, of files their names. */
export function shownArguments(stored: readonly StoredArgument[]): (string | null)[] {
  return stored.map((value) => (isHidden(value) ? null : shownArgument(value)));
}

/** Whether what these definitions mask was masked when the values were given, and nothing else: then none comes to stand where it is shown. */
export function isMaskedAs(
  stored: readonly StoredArgument[],
  definitions: readonly ArgumentDefinition[],
): boolean {
  return (
    stored.length === definitions.length &&
    stored.every((value, place) => isHidden(value) === (definitions[place]?.masked ?? false))
  );
}

type HiddenArgument = { masked: string } | (FileArgument & { hidden: true });

function isHidden(value: StoredArgument): value is HiddenArgument {
  return typeof value === 'object' && ('masked' in value || value.hidden === true);
}

/** The files that everybody who sees the arguments may have, with the positions of these. */
export function shownFiles(stored: readonly StoredArgument[]): (StoredFile & { position: number })[] {
  return stored.flatMap((value, position) =>
    isHidden(value) ? [] : filesIn(value).map((file) => ({ ...file, position })),
  );
}

/** The same as an answer tells of them. */
export function inputFiles(stored: readonly StoredArgument[]): InputFile[] {
  return shownFiles(stored).map(({ position, file, filename, size }) => ({
    position,
    id: file,
    filename,
    size,
  }));
}
