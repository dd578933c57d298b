import type { BotHealth } from '@argus/contract';
import { sql } from 'kysely';
import type { Database } from '../../platform/database.ts';
import type { Paused } from '../../platform/tables.ts';
import { newId } from '../../platform/ids.ts';

export interface HostRow {
  id: string;
  hostname: string;
  kind: 'bot' | 'agent';
  slots: number;
  max_slots: number | null;
  disabled: boolean;
  disabled_note: Paused | null;
  draining: boolean;
  labels: string[];
  own_labels: string[];
  info: {
    version: string;
    os: string;
    release: string;
    arch: string;
    run_user: string;
    interpreters: Record<string, string>;
    /** What bots of protocol 1 and existing agents do not tell. */
    capabilities?: Record<string, string>;
    problem?: string;
    protocol?: number;
  } | null;
  health: BotHealth | null;
  health_at: Date | null;
  last_seen_at: Date | null;
  created_at: Date;
}

export function hostQueries({ kysely }: Database) {
  const columns = [
    'id',
    'hostname',
    'kind',
    'slots',
    'max_slots',
    'disabled',
    'disabled_note',
    'draining',
    'labels',
    'own_labels',
    'info',
    'health',
    'health_at',
    'last_seen_at',
    'created_at',
  ] as const;
  const hosts = (customerId: string) =>
    kysely.selectFrom('hosts').select(columns).where('customer_id', '=', customerId).$castTo<HostRow>();
  return {
    list: (customerId: string) => hosts(customerId).orderBy('hostname').execute(),
    get: (customerId: string, id: string) => hosts(customerId).where('id', '=', id).executeTakeFirst(),
    /** Changes what people decide about a bot; at least one field. */
    update: (
      id: string,
      changed: {
        disabled?: boolean;
        disabled_note?: string | null;
        max_slots?: number | null;
        own_labels?: string[];
      },
    ) => kysely.updateTable('hosts').set(changed).where('id', '=', id).execute(),
    /**
     * Deletes a bot; false when it holds a job. The lock first: a claim that is under way for this bot ends before
     * the look, and none begins after it.
     */
    delete: (id: string): Promise<boolean> =>
      kysely.transaction().execute(async (tx) => {
        await sql`select 1 from hosts where id = ${id} for update`.execute(tx);
        const held = sql`select 1 from attempts where host_id = ${id} and finished_at is null limit 1`;
        const { rows } = await held.execute(tx);
        if (rows.length > 0) return false;
        await tx.deleteFrom('hosts').where('id', '=', id).execute();
        return true;
      }),
    byName: (customerId: string, hostname: string) =>
      hosts(customerId).where('hostname', '=', hostname).executeTakeFirst(),
    /** The bot of that name, made where it is new; from now on of that kind. */
    ensure: (customerId: string, hostname: string, kind: HostRow['kind'] = 'bot') =>
      kysely
        .insertInto('hosts')
        .values({
          id: newId(),
          customer_id: customerId,
          hostname,
          kind,
          info: null,
          disabled_note: null,
          boot: null,
          last_seen_at: null,
        })
        .onConflict((on) => on.columns(['customer_id', 'hostname']).doUpdateSet({ hostname, kind }))
        .returning('id')
        .executeTakeFirstOrThrow(),
    setSlots: (id: string, slots: number) =>
      kysely.updateTable('hosts').set({ slots }).where('id', '=', id).execute(),
    /**
     * An agent says of its machine what our own bots say with their first poll. `info` is JSON. How the machine is it does
     * not tell, and what a bot told before it would stay for ever.
     */
    noteStart: (id: string, { info, slots }: { info: string; slots: number }) =>
      kysely
        .updateTable('hosts')
        .set({ info, slots, health: null, health_at: null, last_seen_at: sql`now()` })
        .where('id', '=', id)
        .execute(),
    dropCredentials: (hostId: string) =>
      kysely.deleteFrom('tokens').where('kind', '=', 'bot').where('host_id', '=', hostId).execute(),
    hasCredential: async (hostId: string) =>
      (await kysely
        .selectFrom('tokens')
        .select('id')
        .where('kind', '=', 'bot')
        .where('host_id', '=', hostId)
        .executeTakeFirst()) !== undefined,
    /** Codes that wait for their bot, newest first. */
    openCodes: (customerId: string) =>
      kysely
        .selectFrom('tokens')
        .select(['id', 'name', 'created_by', 'created_at', 'expires_at'])
        .where('customer_id', '=', customerId)
        .where('kind', '=', 'enrollment')
        .where('expires_at', '>', new Date())
        .orderBy('id', 'desc')
        .execute(),
    dropCode: (customerId: string, id: string) =>
      kysely
        .deleteFrom('tokens')
        .where('customer_id', '=', customerId)
        .where('kind', '=', 'enrollment')
        .where('id', '=', id)
        .returning('name')
        .executeTakeFirst(),
    /** A code that waits, or the credential that came of it. */
    enrollment: (customerId: string, id: string) =>
      kysely
        .selectFrom('tokens')
        .select(['kind', 'host_id', 'expires_at', 'created_at'])
        .where('customer_id', '=', customerId)
        .where('id', '=', id)
        .where('kind', 'in', ['enrollment', 'bot'])
        .where((either) =>
          either.or([either('expires_at', 'is', null), either('expires_at', '>', new Date())]),
        )
        .executeTakeFirst(),
    customerName: async (customerId: string) =>
      (
        await kysely
          .selectFrom('customers')
          .select('name')
          .where('id', '=', customerId)
          .executeTakeFirstOrThrow()
      ).name,
  };
}

export type HostQueries = ReturnType<typeof hostQueries>;
