import { hashToken, newToken } from '../../platform/crypto.ts';
import type { AccessQueries } from '../access/index.ts';
import type { HostQueries } from './queries.ts';

/** How long an enrolment code waits for its bot. */
const CODE_MINUTES = 60;

/** A one-time code; `hostname` limits it to a bot of that name. */
export async function newEnrollmentCode(
  access: AccessQueries,
  customerId: string,
  createdBy: string,
  hostname = '',
): Promise<{ id: string; code: string; expires: Date }> {
  const code = newToken('enroll');
  const expires = new Date(Date.now() + CODE_MINUTES * 60_000);
  const { id } = await access.insertToken({
    kind: 'enrollment',
    hash: hashToken(code),
    customer_id: customerId,
    name: hostname,
    created_by: createdBy,
    expires_at: expires,
  });
  return { id, code, expires };
}

/**
 * Trades a code for a bot's credential; undefined when the code is unknown, used, expired or for another name.
 * A bot that enrols again under its name takes over: its former credential is dead. The credential keeps the id of the
 * code, so that whoever made the code can see which bot came of it.
 */
export async function enroll(access: AccessQueries, hosts: HostQueries, code: string, hostname: string) {
  const taken = await access.takeToken(hashToken(code), 'enrollment');
  if (taken === undefined || (taken.name !== '' && taken.name !== hostname)) return undefined;
  const host = await hosts.ensure(taken.customer_id, hostname);
  await hosts.dropCredentials(host.id);
  const credential = newToken('bot');
  await access.insertToken({
    id: taken.id,
    kind: 'bot',
    hash: hashToken(credential),
    customer_id: taken.customer_id,
    host_id: host.id,
    name: hostname,
    created_by: taken.created_by,
  });
  return {
    host_id: host.id,
    hostname,
    customer: await hosts.customerName(taken.customer_id),
    credential,
    customerId: taken.customer_id,
  };
}
