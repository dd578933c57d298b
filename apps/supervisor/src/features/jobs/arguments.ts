import type { ArgumentDefinition } from '@argus/contract';
import type { SecretBox } from '../../platform/crypto.ts';

/** One argument of a job as it is kept: text, or the cipher of a masked value (base64). */
export type StoredArgument = string | { masked: string };

/** Values as they are kept: those of masked arguments encrypted. */
export function sealArguments(
  box: SecretBox,
  definitions: readonly ArgumentDefinition[],
  values: readonly string[],
): StoredArgument[] {
  return values.map((value, index) =>
    definitions[index]?.masked ? { masked: box.seal(value).toString('base64') } : value,
  );
}

/** The arguments in clear: for the bot that runs the job, never for an answer. */
export function openArguments(box: SecretBox, stored: readonly StoredArgument[]): string[] {
  return stored.map((value) =>
    typeof value === 'string' ? value : box.open(Buffer.from(value.masked, 'base64')),
  );
}

/** The arguments as everybody may see them: null in place of a masked value. */
export function shownArguments(stored: readonly StoredArgument[]): (string | null)[] {
  return stored.map((value) => (typeof value === 'string' ? value : null));
}
