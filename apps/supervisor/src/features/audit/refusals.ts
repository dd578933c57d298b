import type { Caller } from '../../platform/http/caller.ts';
import { placeOf } from '../../platform/address.ts';
import type { AuditedCall } from '../../platform/http/operations.ts';

/** Refusals of the same kind within this time are one entry. */
const TOGETHER_MS = 60_000;
/** Kinds that are told apart at once; beyond, addresses are not. */
const KINDS = 1_000;

interface Open {
  id: string;
  until: number;
  times: number;
}

/**
 * Counts refusals, so that somebody who is refused over and over fills a row a minute and no disk. Of the same kind
 * are those of one caller or address, one operation, one code and one object.
 */
export interface Refusals {
  /** The entry to write under this id; undefined where it was counted with an earlier one. */
  add(entry: AuditedCall, id: string, now: number): AuditedCall | undefined;
  /** Counts that have grown since the last call, by the id of their entry. */
  grown(now: number): { id: string; times: number }[];
}

export function createRefusals(): Refusals {
  const open = new Map<string, Open>();
  const grown = new Set<Open>();

  function close(now: number): void {
    for (const [key, { until }] of open) if (until <= now) open.delete(key);
  }

  return {
    add(entry, id, now) {
      let kind = kindOf(entry);
      let kept = entry;
      if (!open.has(kind) && open.size >= KINDS) {
        close(now);
        if (open.size >= KINDS) {
          kept = { ...entry, address: 'many addresses', target: undefined, actor: 'anonymous' };
          kind = kindOf(kept);
        }
      }
      const same = open.get(kind);
      if (same !== undefined && now < same.until) {
        same.times++;
        grown.add(same);
        return undefined;
      }
      open.set(kind, { id, until: now + TOGETHER_MS, times: 1 });
      return kept;
    },
    grown(now) {
      const counts = [...grown].map(({ id, times }) => ({ id, times }));
      grown.clear();
      close(now);
      return counts;
    },
  };
}

function kindOf({ action, actor, address, caller, details, target }: AuditedCall): string {
  const who = caller === null ? (actor ?? '') : idOf(caller);
  return JSON.stringify([who, placeOf(address), action, details?.['code'], target?.id]);
}

function idOf(caller: Caller): string {
  switch (caller.kind) {
    case 'bot':
      return caller.hostId;
    case 'agent':
      return caller.agentId;
    default:
      return caller.tokenId;
  }
}
