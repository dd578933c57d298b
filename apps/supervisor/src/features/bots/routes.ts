import { ArgusError, type Host } from '@argus/contract';
import type { Actor } from '../../platform/http/caller.ts';
import type { Handlers } from '../../platform/http/operations.ts';
import type { Platform } from '../../platform/platform.ts';
import { changes } from '../audit/index.ts';
import { assertUnlimited, type AccessQueries } from '../access/index.ts';
import { UNRESPONSIVE_AFTER_MS, type JobQueries } from '../jobs/index.ts';
import { normalLabels, type PoolQueries } from '../pools/index.ts';
import type { ScriptQueries } from '../scripts/index.ts';
import { enroll, newEnrollmentCode } from './enroll.ts';
import type { HostQueries, HostRow } from './queries.ts';

type BotOperations =
  | 'listHosts'
  | 'getHost'
  | 'updateHost'
  | 'deleteHost'
  | 'createEnrollment'
  | 'listEnrollments'
  | 'deleteEnrollment'
  | 'getEnrollment'
  | 'enrollBot'
  | 'getBotScript';

/** Silent for longer than a held poll and some: away, not just late. */
const OFFLINE_AFTER_MS = 120_000;

export interface BotRouteServices {
  hosts: HostQueries;
  access: AccessQueries;
  jobs: JobQueries;
  scripts: ScriptQueries;
  pools: PoolQueries;
  /** A bot of ours takes over from an existing agent: its credentials are dead. */
  dropAgents(hostId: string): Promise<unknown>;
  /** Jobs may go to this bot again. */
  wake(hostId: string): void;
  /** It serves other pools than its held poll was told. */
  pollAgain(hostId: string): void;
}

export function botRoutes(
  platform: Platform,
  { hosts, access, jobs, scripts, pools, dropAgents, wake, pollAgain }: BotRouteServices,
): Pick<Handlers, BotOperations> {
  async function existing(caller: Actor, id: string): Promise<HostRow> {
    assertUnlimited(caller);
    const host = await hosts.get(caller.customer.id, id);
    if (host === undefined) throw new ArgusError('not_found');
    return host;
  }

  async function view(host: HostRow): Promise<Host> {
    return hostView(host, (await jobs.heldCounts([host.id])).get(host.id) ?? 0);
  }

  return {
    async listHosts({ caller }) {
      assertUnlimited(caller);
      const rows = await hosts.list(caller.customer.id);
      const held = await jobs.heldCounts(rows.map(({ id }) => id));
      return rows.map((row) => hostView(row, held.get(row.id) ?? 0));
    },

    async getHost({ caller, params }) {
      return view(await existing(caller, params.id));
    },

    async updateHost({ caller, params, body, note }) {
      const host = await existing(caller, params.id);
      const { disabled, max_slots, labels, reason = '' } = body;
      const taken = disabled === true ? { at: new Date().toISOString(), by: caller.name, reason } : null;
      const changed = {
        ...(disabled !== undefined && { disabled }),
        ...(max_slots !== undefined && { max_slots }),
        ...(labels !== undefined && { own_labels: normalLabels(labels) }),
      };
      if (Object.keys(changed).length > 0) {
        await hosts.update(host.id, {
          ...changed,
          ...(disabled !== undefined && { disabled_note: taken && JSON.stringify(taken) }),
        });
        if (labels !== undefined && (await pools.refresh([host.id])).size > 0) pollAgain(host.id);
        wake(host.id);
        note({
          ...(disabled !== undefined && { action: disabled ? 'host.disable' : 'host.enable' }),
          details: {
            hostname: host.hostname,
            ...(disabled === true && reason !== '' && { reason }),
            changed: changes({ ...host }, changed),
          },
        });
      }
      return view(await existing(caller, params.id));
    },

    async deleteHost({ caller, params, note }) {
      const host = await existing(caller, params.id);
      const holdsJobs = async () => (await jobs.heldCounts([host.id])).size > 0;
      if (await holdsJobs()) throw busy();
      // it is handed nothing from here on: what it ended can forget it before it goes
      const removed = { at: new Date().toISOString(), by: caller.name, reason: 'it is being removed' };
      await hosts.update(host.id, { disabled: true, disabled_note: JSON.stringify(removed) });
      // a claim that was under way has ended by now
      if (await holdsJobs()) {
        const { disabled, disabled_note: before } = host;
        await hosts.update(host.id, { disabled, disabled_note: before && JSON.stringify(before) });
        wake(host.id);
        throw busy();
      }
      await jobs.forgetBot(caller.customer.id, host.id);
      await jobs.cancelWaitingOf(host.id, `its bot ${host.hostname} was removed by ${caller.name}`);
      if (!(await hosts.delete(host.id))) throw busy();
      note({ details: { hostname: host.hostname } });
      return undefined;
    },

    async createEnrollment({ caller, body, note }) {
      assertUnlimited(caller);
      const { id, code, expires } = await newEnrollmentCode(
        access,
        caller.customer.id,
        caller.name,
        body?.hostname,
      );
      note({ details: { hostname: body?.hostname ?? null } });
      // in the environment, not on the command line: other users of the machine can list processes
      const command = `ARGUS_ENROLL_CODE=${code} npm run argus -- bot --url ${platform.publicUrl()}`;
      return { id, code, expires: expires.toISOString(), command, note: noteOn(platform.publicUrl()) };
    },

    async listEnrollments({ caller }) {
      assertUnlimited(caller);
      return (await hosts.openCodes(caller.customer.id)).map(
        ({ id, name, created_by, created_at, expires_at }) => ({
          id,
          hostname: name === '' ? null : name,
          created_by,
          created_at: created_at.toISOString(),
          expires: expires_at?.toISOString() ?? created_at.toISOString(),
        }),
      );
    },

    async deleteEnrollment({ caller, params, note }) {
      assertUnlimited(caller);
      const gone = await hosts.dropCode(caller.customer.id, params.id);
      if (gone === undefined)
        throw new ArgusError('not_found', 'This code was used, has expired, or was revoked.');
      note({ target: { type: 'enrollment', id: params.id }, details: { hostname: gone.name || null } });
      return undefined;
    },

    async getEnrollment({ caller, params }) {
      assertUnlimited(caller);
      const found = await hosts.enrollment(caller.customer.id, params.id);
      if (found === undefined)
        throw new ArgusError('not_found', 'This code has expired, or its bot was removed.');
      const { kind, host_id, expires_at, created_at } = found;
      const host = kind === 'bot' && host_id !== null ? await existing(caller, host_id) : undefined;
      const hasCalled = host?.last_seen_at != null && host.last_seen_at >= created_at;
      return {
        id: params.id,
        state: host === undefined ? 'waiting' : hasCalled ? 'connected' : 'enrolled',
        expires: expires_at?.toISOString() ?? null,
        host: host === undefined ? null : await view(host),
      };
    },

    async enrollBot({ body, note, address }) {
      const enrolled = await enroll(access, hosts, body.code, body.hostname);
      if (enrolled === undefined) {
        note({ actor: `bot ${body.hostname}` });
        await platform.throttle.wrongSecret(address);
        throw new ArgusError(
          'unauthorized',
          'The enrolment code is unknown, used or expired: make a new one under Bots.',
        );
      }
      await dropAgents(enrolled.host_id);
      const { customerId, ...answer } = enrolled;
      note({ actor: `bot ${body.hostname}`, customerId, target: { type: 'host', id: answer.host_id } });
      return answer;
    },

    async getBotScript({ caller, params, reply }) {
      const data = (await jobs.holdsScript(caller.hostId, params.sha256))
        ? await scripts.blob(params.sha256)
        : undefined;
      if (data === undefined)
        throw new ArgusError('not_found', 'No attempt handed to this bot runs this script.');
      return reply
        .headers({ 'content-type': 'application/octet-stream', 'content-security-policy': 'sandbox' })
        .send(data);
    },
  };
}

/** A loopback address, or one without TLS, is of no use to a bot on another machine. */
function noteOn(url: string): string | null {
  const { protocol, hostname } = new URL(url);
  if (/^(localhost|127\..*|\[::1\])$/.test(hostname)) {
    return 'This address works on this machine only: set ARGUS_PUBLIC_URL to an https address for bots elsewhere.';
  }
  return protocol === 'https:'
    ? null
    : 'Bots refuse http to other machines: set ARGUS_PUBLIC_URL to an https address.';
}

function hostView({ info, health, ...host }: HostRow, running: number): Host {
  return {
    id: host.id,
    hostname: host.hostname,
    kind: host.kind,
    status: statusOf(host, running),
    disabled: host.disabled,
    disabled_note: host.disabled_note,
    slots: Math.min(host.slots, host.max_slots ?? host.slots),
    max_slots: host.max_slots,
    labels: host.labels,
    own_labels: host.own_labels,
    running,
    last_seen_at: host.last_seen_at?.toISOString() ?? null,
    info: info && {
      version: info.version,
      os: info.os,
      release: info.release,
      arch: info.arch,
      run_user: info.run_user,
      interpreters: info.interpreters,
      capabilities: info.capabilities ?? {},
      protocol: info.protocol ?? null,
      problem: info.problem ?? null,
    },
    health: health && host.health_at && { at: host.health_at.toISOString(), ...health },
    created_at: host.created_at.toISOString(),
  };
}

/** A bot that takes no jobs is draining for as long as it has some. */
function statusOf(
  { disabled, draining, last_seen_at }: Pick<HostRow, 'disabled' | 'draining' | 'last_seen_at'>,
  running: number,
): Host['status'] {
  if (disabled) return running > 0 ? 'draining' : 'disabled';
  if (last_seen_at === null) return 'new';
  const silence = Date.now() - last_seen_at.getTime();
  if (silence > OFFLINE_AFTER_MS) return 'offline';
  if (silence > UNRESPONSIVE_AFTER_MS) return 'unresponsive';
  return draining ? 'draining' : 'online';
}

function busy(): ArgusError {
  return new ArgusError('conflict', 'The bot is running jobs: disable it and let them end, or stop them.');
}
