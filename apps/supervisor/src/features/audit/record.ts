import { newId } from '../../platform/ids.ts';
import type { Caller } from '../../platform/http/caller.ts';
import type { AuditedCall } from '../../platform/http/operations.ts';
import type { Platform } from '../../platform/platform.ts';

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

/** Entries gather and are stored together, at most half a second later. */
export function createAudit({ db, log }: Pick<Platform, 'db' | 'log'>): Audit {
  let waiting: { id: string; at: Date; entry: AuditedCall }[] = [];
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();

  function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    const batch = waiting;
    waiting = [];
    if (batch.length > 0) writing = writing.then(() => store(batch));
    return writing;
  }

  async function store(batch: typeof waiting): Promise<void> {
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
      await db.kysely.insertInto('audit').values(rows).execute();
    } catch (error) {
      log.error(
        { err: error, entries: rows.map(({ actor, action, target_id }) => ({ actor, action, target_id })) },
        'audit entries could not be stored',
      );
    }
  }

  return {
    record(entry) {
      waiting.push({ id: newId(), at: new Date(), entry });
      if (waiting.length >= 500) void flush();
      else timer ??= setTimeout(() => void flush(), 500);
    },
    flush,
  };
}
