import type { Platform } from '../../platform/platform.ts';
import type { SecretQueries } from './queries.ts';

/** When a secret was last used is known to a minute: no run writes for it alone in between. */
const NOTED_EVERY_MS = 60_000;

/** The values of secrets by name, in clear, as they are now. Those that there are not are left out. */
export type OpenSecrets = (
  customerId: string,
  names: readonly string[],
) => Promise<ReadonlyMap<string, string>>;

const NONE: ReadonlyMap<string, string> = new Map();

/** Opens secrets for what is about to run: never for an answer. */
export function secretOpener({ box }: Pick<Platform, 'box'>, queries: SecretQueries): OpenSecrets {
  return async (customerId, names) => {
    if (names.length === 0) return NONE;
    const rows = await queries.values(customerId, names);
    const now = Date.now();
    const toNote = rows.filter(({ used_at }) => now - (used_at?.getTime() ?? 0) >= NOTED_EVERY_MS);
    if (toNote.length > 0)
      await queries.noteUse(
        customerId,
        toNote.map(({ name }) => name),
      );
    return new Map(rows.map(({ name, value_cipher }) => [name, box.open(value_cipher)]));
  };
}

/** Why something that names secrets cannot run: the first of them that there is not; undefined where all are there. */
export function missingSecret(
  names: readonly string[],
  values: ReadonlyMap<string, string>,
): string | undefined {
  const missing = names.find((name) => !values.has(name));
  return missing === undefined
    ? undefined
    : `needs the secret ${missing}, which there is not: keep it under Settings → Secrets`;
}
