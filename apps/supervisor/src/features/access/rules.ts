import {
  aclKeys,
  ArgusError,
  mayGrant,
  seesEverything,
  type AclSubject,
  type MemberAccess,
  type Role,
} from '@argus/contract';

/** Tries that are counted together: `burst` at once, then one every `everyMs`. */
interface Counted {
  who: string;
  limit: { burst: number; everyMs: number };
}

/** Failed sign-ins from one place, whoever they are for: an office with many people behind one address has room. */
export const FROM_A_PLACE = { burst: 20, everyMs: 5_000 };
/** Failed sign-ins of one account from one place. */
export const OF_AN_ACCOUNT_FROM_A_PLACE = { burst: 5, everyMs: 10_000 };
/** Failed sign-ins of one account from wherever it has not signed in before: 2,880 guesses a day at most. */
export const OF_AN_ACCOUNT = { burst: 20, everyMs: 30_000 };
const FORGOTTEN_FROM_A_PLACE = { burst: 30, everyMs: 10_000 };
/** Mails that strangers can have sent to one address. */
const FORGOTTEN_OF_AN_ACCOUNT = { burst: 3, everyMs: 300_000 };

/** What a try to sign in counts against before anything of the account is known. */
export function placeCount(place: string): Counted {
  return { who: `sign in from ${place}`, limit: FROM_A_PLACE };
}

/**
 * What a try to sign in counts against besides. The count of the whole account does not bind where it has signed in
 * from before, so that a stranger who tries it cannot keep its owner out there.
 */
export function accountCounts(email: string, place: string, known: boolean): Counted[] {
  const account = email.toLowerCase();
  const pair = { who: `sign in as ${account} from ${place}`, limit: OF_AN_ACCOUNT_FROM_A_PLACE };
  return known ? [pair] : [pair, { who: `sign in as ${account}`, limit: OF_AN_ACCOUNT }];
}

export function forgottenPlaceCount(place: string): Counted {
  return { who: `forgotten from ${place}`, limit: FORGOTTEN_FROM_A_PLACE };
}

export function forgottenAccountCount(email: string): Counted {
  return { who: `forgotten by ${email.toLowerCase()}`, limit: FORGOTTEN_OF_AN_ACCOUNT };
}

/**
 * Whether a link that sets somebody's password may be shown to who made it, rather than mailed alone: whoever has
 * the link becomes that person, also where they are a member elsewhere, or administer the server.
 */
export function mayShowLink(
  caller: { instanceAdmin: boolean },
  person: { organizations: number; instanceAdmin: boolean },
): boolean {
  return caller.instanceAdmin || (person.organizations <= 1 && !person.instanceAdmin);
}

export function assertMayGrant(caller: { role: Role }, role: Role): void {
  if (!mayGrant(caller.role, role))
    throw new ArgusError('forbidden', `As ${caller.role} you cannot give or change the role ${role}.`);
}

/** Throws where an organization would be left without an owner. */
export function assertOwnerStays(before: Role, after: Role | null, otherOwners: number): void {
  if (before === 'owner' && after !== 'owner' && otherOwners === 0)
    throw new ArgusError('conflict', 'This is the last owner: make somebody else owner first.');
}

/** Tags as they are kept: each once, whatever its case; the first spelling stays. */
export function uniqueTags(tags: readonly string[]): string[] {
  const byKey = new Map<string, string>();
  for (const tag of tags) if (!byKey.has(tag.toLowerCase())) byKey.set(tag.toLowerCase(), tag);
  return [...byKey.values()];
}

/** A task or a workflow, and who its access list names. */
export interface Listed {
  type: 'task' | 'workflow';
  id: string;
  name: string;
  acls: readonly string[];
}

const EXPLAINED = 100;

/** Which of these somebody sees, and by which entry of each access list: the same rule as `aclAdmits`, told. */
export function explainAccess(
  subject: AclSubject,
  all: readonly Listed[],
  { q = '', sees, limit = EXPLAINED }: { q?: string; sees?: 'yes' | 'no'; limit?: number },
): MemberAccess {
  const everything = seesEverything(subject.role);
  const mine = new Set(aclKeys(subject));
  const judged = all.map(({ acls, ...object }) => {
    const because = acls.filter((entry) => mine.has(entry.toLowerCase()));
    return { ...object, sees: everything || because.length > 0, because, acls: [...acls] };
  });
  const wanted = q.toLowerCase();
  const found = judged.filter(
    (one) => one.name.toLowerCase().includes(wanted) && (sees === undefined || one.sees === (sees === 'yes')),
  );
  return {
    everything,
    entries: [subject.role, ...(subject.email === null ? [] : [subject.email]), ...subject.tags],
    total: judged.length,
    seen: judged.filter((one) => one.sees).length,
    found: found.length,
    items: found.slice(0, limit),
  };
}
