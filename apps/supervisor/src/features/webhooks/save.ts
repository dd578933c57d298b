import {
  ArgusError,
  parsePath,
  problemOfCondition,
  problemOfEntry,
  TOLERANCE_DEFAULT_S,
  type Comparison,
  type Condition,
  type FieldError,
  type WebhookUpdate,
} from '@argus/contract';
import { hashToken } from '../../platform/crypto.ts';
import { matches } from '../../platform/pattern.ts';
import type { Platform } from '../../platform/platform.ts';
import type { StoredSecret, WebhookRow, WebhookValues } from './queries.ts';
import { givenSecret, newSecret } from './signature.ts';

/** What a path in a filter begins with. */
const ROOTS = ['body', 'headers', 'query', 'webhook'];

/**
 * What a caller wants a webhook to be, checked. Fields left out keep their value; another `auth` without a secret gets a
 * new one, since the old one was for other uses. Throws `invalid_input` that names every bad field.
 */
export function webhookValues(
  { box }: Pick<Platform, 'box'>,
  given: WebhookUpdate,
  old: WebhookRow | undefined,
): { values: WebhookValues; secret: StoredSecret | undefined } {
  const errors: FieldError[] = [];
  const acls = given.acls ?? given.acl ?? old?.acls ?? [];
  for (const [index, acl] of (given.acls ?? given.acl ?? []).entries()) {
    const problem = problemOfEntry(acl);
    if (problem !== undefined) errors.push({ field: `acls[${index}]`, message: problem });
  }
  const filter = given.filter === undefined ? (old?.filter ?? null) : given.filter;
  const problem = given.filter ? problemOfFilter(given.filter) : undefined;
  if (problem !== undefined) errors.push({ field: 'filter', message: problem });

  const auth = given.auth ?? old?.auth ?? 'secret';
  let secret: string | undefined;
  if (given.signing_secret != null) {
    const read = givenSecret(auth, given.signing_secret);
    if ('problem' in read) errors.push({ field: 'signing_secret', message: read.problem });
    else ({ secret } = read);
  } else if (auth !== old?.auth) secret = newSecret(auth);

  if (errors.length > 0) {
    const [first] = errors as [FieldError];
    throw new ArgusError('invalid_input', `${first.field}: ${first.message}`, errors);
  }
  return {
    values: {
      name: given.name ?? old?.name ?? '',
      description: given.description === undefined ? (old?.description ?? '') : (given.description ?? ''),
      tags: given.tags ?? old?.tags ?? [],
      acls,
      auth,
      tolerance:
        given.tolerance === undefined
          ? (old?.tolerance ?? TOLERANCE_DEFAULT_S)
          : (given.tolerance ?? TOLERANCE_DEFAULT_S),
      filter,
    },
    secret: secret === undefined ? undefined : sealed(box, secret),
  };
}

/** A secret as it is stored: to be checked, and to be read again by an admin. */
export function sealed(box: Platform['box'], secret: string): StoredSecret {
  return { secret_hash: hashToken(secret), secret_cipher: box.seal(secret) };
}

function problemOfFilter(filter: Condition): string | undefined {
  const problem = problemOfCondition(filter, { matches });
  if (problem !== undefined) return problem;
  const lost = comparisons(filter).find(({ path }) => !ROOTS.includes(`${parsePath(path)?.[0]}`));
  return lost && `"${lost.path}" is nowhere: a path begins with body, headers or query, as body.action does`;
}

function comparisons(condition: Condition): Comparison[] {
  if ('all' in condition) return condition.all.flatMap(comparisons);
  if ('any' in condition) return condition.any.flatMap(comparisons);
  return 'not' in condition ? comparisons(condition.not) : [condition];
}
