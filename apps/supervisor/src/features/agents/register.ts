import { createHash } from 'node:crypto';
import { ArgusError } from '@argus/contract';
import type { AgentCaller } from '../../platform/http/caller.ts';
import type { AuditFacts } from '../../platform/http/operations.ts';
import type { Platform } from '../../platform/platform.ts';
import type { HostQueries } from '../bots/index.ts';
import { endUnreported } from '../dispatch/index.ts';
import { attemptsOfAgent } from '../jobs/index.ts';
import { hostOf } from './credentials.ts';
import type { AgentQueries } from './queries.ts';
import { infoOf, restartedVerdict } from './rules.ts';
import type { AgentSweepParts } from './sweep.ts';

/** What agents do with it is not known; the reference system's number, in milliseconds. */
const LOOPTIME_MS = 30_000;

export interface Registration {
  hostname: string;
  version: unknown;
  info: unknown;
}

/**
 * An agent has started. The first registration binds a credential that was made without a name, to a hostname that
 * nobody else has. An agent registers once in its life, so whatever it ran before has no one left to report it.
 */
export function agentRegistrar(
  platform: Pick<Platform, 'db' | 'bus' | 'log' | 'metrics'>,
  queries: AgentQueries,
  hosts: HostQueries,
  { wake, freed }: AgentSweepParts,
) {
  async function bind(caller: AgentCaller, hostname: string): Promise<{ id: string; hostname: string }> {
    const known = await hosts.byName(caller.customer.id, hostname);
    if (known && ((await hosts.hasCredential(known.id)) || (await queries.ofHost(known.id))))
      throw new ArgusError(
        'forbidden',
        `Another bot is called ${hostname}: make a credential for exactly that name under Bots.`,
      );
    const host = await hosts.ensure(caller.customer.id, hostname, 'agent');
    // another registration with this credential was quicker
    if (!(await queries.bind(caller.agentId, host.id)))
      throw new ArgusError('forbidden', 'This credential was taken by another bot in this moment.');
    return { id: host.id, hostname };
  }

  return async (
    caller: AgentCaller,
    { hostname, version, info }: Registration,
    note: (facts: AuditFacts) => void,
  ) => {
    note({ details: { hostname } });
    const host = caller.host === null ? await bind(caller, hostname) : hostOf(caller, hostname, note);
    const facts = infoOf(version, info);
    await hosts.noteStart(host.id, { info: JSON.stringify(facts), slots: caller.slots });
    const held = await attemptsOfAgent(platform.db, host.id);
    await endUnreported(
      platform,
      held.map((attempt) => ({ attempt, verdict: restartedVerdict(attempt) })),
      freed,
    );
    wake(host.id);
    note({ target: { type: 'host', id: host.id }, details: { hostname, version: facts.version } });
    return {
      type: 'keepAlive' as const,
      looptime: LOOPTIME_MS,
      host_id: host.id,
      // monitors are not kept: the bot stands for its own resource
      resource_id: host.id,
      connection_id: connectionId(info),
    };
  };
}

/** A UUID that is the same for the same facts. */
function connectionId(info: unknown): string {
  const hex = createHash('sha256')
    .update(JSON.stringify(info) ?? '')
    .digest('hex');
  // version 8 (the maker's own) and the RFC's variant
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
