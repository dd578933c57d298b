import { invalid, isRoleOrTag } from '@argus/contract';

export type AclChange = { action: 'set' | 'add' | 'remove'; entries: string[] };

/** Entries are the same without case: adding one twice changes nothing, and removing takes every spelling. */
export function changedAcl(old: readonly string[], { action, entries }: AclChange): string[] {
  const key = (entry: string) => entry.toLowerCase();
  const named = new Set(entries.map(key));
  if (action === 'remove') return old.filter((entry) => !named.has(key(entry)));
  const kept = action === 'set' ? [] : [...old];
  const seen = new Set(kept.map(key));
  for (const entry of entries) {
    if (seen.has(key(entry))) continue;
    seen.add(key(entry));
    kept.push(entry);
  }
  return kept;
}

/** E-mails of members that are named by e-mail or id. */
export function knownPeople(
  entries: readonly string[],
  memberEmail: (emailOrId: string) => Promise<string | undefined>,
): Promise<string[]> {
  return Promise.all(
    entries.map(async (entry, index) => {
      const email = await memberEmail(entry);
      if (email === undefined) throw invalid(`assignee[${index}]`, 'is no member of this organization');
      return email;
    }),
  );
}

/** Entries that are to be let in: a person is a member, by e-mail or id; roles and tags are taken as they are. */
export function knownEntries(
  { action, entries }: AclChange,
  memberEmail: (emailOrId: string) => Promise<string | undefined>,
): Promise<string[]> {
  return Promise.all(
    entries.map(async (entry, index) => {
      if (action === 'remove' || isRoleOrTag(entry)) return entry;
      const email = await memberEmail(entry);
      if (email !== undefined) return email;
      throw invalid(`users[${index}]`, 'is no member, role or member tag of this organization');
    }),
  );
}

/**
 * What a request wants of an access list, from its body or else its query. `replace` takes `users` (or `acl`),
 * `update` takes `users` and `action`. Throws `invalid_input` that says what to send.
 */
export function readAclChange(
  kind: 'replace' | 'update',
  body: { users?: string[]; acl?: string[]; action?: string } | null,
  query: { users?: unknown; action?: string },
): AclChange {
  const entries = body?.users ?? body?.acl ?? listOf(query.users);
  if (entries === undefined) throw invalid('users', 'is required: a list of e-mails, roles or member tags');
  for (const [index, entry] of entries.entries()) {
    if (entry === '' || entry.length > 254) throw invalid(`users[${index}]`, 'has 1 to 254 characters');
  }
  if (kind === 'replace') return { action: 'set', entries };
  const action = body?.action ?? query.action;
  if (action !== 'add' && action !== 'remove') throw invalid('action', 'must be add or remove');
  return { action, entries };
}

function listOf(value: unknown): string[] | undefined {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) && value.every((one) => typeof one === 'string') ? value : undefined;
}
