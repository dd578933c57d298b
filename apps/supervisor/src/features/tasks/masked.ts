import type { ArgumentDefinition } from '@argus/contract';
import type { SecretBox } from '../../platform/crypto.ts';

/** A definition as it is kept: the value of a masked one is encrypted. No caller can send `sealed`. */
export type StoredDefinition = ArgumentDefinition & {
  /** Base64 of the cipher of the value's JSON. */
  sealed?: string;
};

export function sealDefinitions(
  box: SecretBox,
  definitions: readonly ArgumentDefinition[],
): StoredDefinition[] {
  return definitions.map(({ value, ...definition }) => {
    if (value === undefined || value === null) return definition;
    return definition.masked
      ? { ...definition, sealed: box.seal(JSON.stringify(value)).toString('base64') }
      : { ...definition, value };
  });
}

/** Definitions with the values of masked ones in clear: for running, never for an answer. */
export function openDefinitions(box: SecretBox, stored: readonly StoredDefinition[]): ArgumentDefinition[] {
  return stored.map(({ sealed, ...definition }) =>
    sealed === undefined
      ? definition
      : { ...definition, value: JSON.parse(box.open(Buffer.from(sealed, 'base64'))) as unknown },
  );
}

/** Definitions as everybody may see them: a masked value is left out. */
export function shownDefinitions(stored: readonly StoredDefinition[]): ArgumentDefinition[] {
  return stored.map(({ sealed: _sealed, ...definition }) => definition);
}
