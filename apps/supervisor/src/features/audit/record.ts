import type { Caller } from '../../platform/http/caller.ts';
import type { AuditedCall } from '../../platform/http/operations.ts';
import { newId } from '../../platform/ids.ts';
import type { Platform } from '../../platform/platform.ts';
import { auditQueries } from './queries.ts';
import { createRefusals } from './refusals.ts';

export interface Audit {
  /** Writes an entry. Never part of the caller's fate: a failure is logged, not thrown. */
  record(entry: AuditedCall): void;
  /** Waits until all entries given so far are stored. */
  flush(): Promise<void>;
}

export function nameOf(caller: Caller | null): string {
  if (caller === null) return 'anonymous';
  if (caller.kind === 'agent') return `agent ${caller.host?.hostname ?? caller.agentId}`;
  return caller.kind === 'bot' ? `bot ${caller.hostname}` : caller.name;
}

/** How often counts of refusals are brought up to date; reading the audit does it too. */
const COUNT_EVERY_MS = 10_000;

/** Entries gather and are stored together, at most half a second later. */
export function createAudit({ db, log }: Pick<Platform, 'db' | 'log'>): Audit {
  const queries = auditQueries(db);
  const refusals = createRefusals();
  let waiting: { id: string; at: Date; entry: AuditedCall }[] = [];
  let timer: NodeJS.Timeout | undefined;
  let counting: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();

  function store(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    const batch = waiting;
    waiting = [];
    if (batch.length > 0) writing = writing.then(() => insert(batch));
    return writing;
  }

  function flush(): Promise<void> {
    void store();
    clearTimeout(counting);
    counting = undefined;
    const counts = refusals.grown(Date.now());
    if (counts.length > 0)
      writing = writing.then(() =>
        queries
          .setTimes(counts)
          .catch((error: unknown) => log.error({ err: error }, 'counts of refusals could not be stored')),
      );
    return writing;
  }

  async function insert(batch: typeof waiting): Promise<void> {
    const rows = batch.map(({ id, at, entry }) => ({
      id,
      at,
      customer_id: entry.customerId ?? entry.caller?.customer.id ?? null,
      actor: entry.actor ?? nameOf(entry.caller),
      action: entry.action,
      target_type: entry.target?.type ?? null,
      target_id: entry.target?.id ?? null,
      outcome: entry.outcome,
      address: entry.address,
      details: JSON.stringify(entry.details ?? {}),
    }));
    try {
      await queries.insert(rows);
    } catch (error) {
      log.error(
        { err: error, entries: rows.map(({ actor, action, target_id }) => ({ actor, action, target_id })) },
        'audit entries could not be stored',
      );
    }
  }

  return {
    record(entry) {
      const id = newId();
      const at = new Date();
      const kept = entry.outcome === 'refused' ? refusals.add(entry, id, at.getTime()) : entry;
      if (kept === undefined) {
        counting ??= setTimeout(() => void flush(), COUNT_EVERY_MS);
        return;
      }
      waiting.push({ id, at, entry: kept });
      if (waiting.length >= 500) void store();
      else timer ??= setTimeout(() => void store(), 500);
    },
    flush,
  };
}
