import { TASK_EVENTS, WORKFLOW_EVENTS, type Emitter } from '@argus/contract';
import type { Database, Transaction } from '../../platform/database.ts';
import { newId } from '../../platform/ids.ts';
import type { Edge } from './rules.ts';

export interface EventRow {
  id: string;
  name: string;
  emitter_type: Emitter;
  emitter_id: string;
  emitter_name: string;
  /** The emitter's access list. */
  acls: string[];
}

/** Where emitters of each kind are kept. */
const TABLES = { task: 'tasks', workflow: 'workflows', webhook: 'webhooks' } as const;

const LIST = `
  select e.id, e.name, e.emitter_type, e.emitter_id, coalesce(t.name, w.name, h.name) as emitter_name, coalesce(t.acls, w.acls, h.acls) as acls
  from events e
  left join tasks t on e.emitter_type = 'task' and t.id = e.emitter_id
  left join workflows w on e.emitter_type = 'workflow' and w.id = e.emitter_id
  left join webhooks h on e.emitter_type = 'webhook' and h.id = e.emitter_id
  where e.customer_id = $1 and coalesce(t.id, w.id, h.id) is not null
    and ($2::text is null or position(lower($2) in lower(e.name)) > 0 or position(lower($2) in lower(coalesce(t.name, w.name, h.name))) > 0)
    and ($3::text is null or e.emitter_type = $3) and ($4::text is null or e.emitter_id = $4)
  order by emitter_name, e.id`;

/** Tasks and workflows by what starts them, and steps by their workflow. */
const EDGES = `
  select distinct s.emitter_id as from_id, s.subscriber_id as to_id, coalesce(t.name, w.name) as to_name, false as is_step
  from subscriptions s
  left join tasks t on s.subscriber_type = 'task' and t.id = s.subscriber_id
  left join workflows w on s.subscriber_type = 'workflow' and w.id = s.subscriber_id
  where s.customer_id = $1 and coalesce(t.id, w.id) is not null
  union
  select u.workflow_id, u.used_id, coalesce(t.name, w.name), true
  from workflow_uses u
  join workflows o on o.id = u.workflow_id and o.customer_id = $1
  left join tasks t on t.id = u.used_id
  left join workflows w on w.id = u.used_id
  where coalesce(t.id, w.id) is not null`;

const STARTED_BY = `
  select name from (
    select t.id, t.name from events e join tasks t on t.triggers @> array[e.id] where e.emitter_id = $1
    union select w.id, w.name from events e join workflows w on w.triggers @> array[e.id] where e.emitter_id = $1
  ) started where id <> $1 order by 1`;

const DELETE_OF = `
  with gone as (
    delete from events where emitter_id = $1 returning id
  ), list as (
    select array_agg(id) as ids from gone
  ), tasks_changed as (
    update tasks t set triggers = array(select unnest(t.triggers) except select unnest(list.ids))
    from list where t.triggers && list.ids
  )
  update workflows w set triggers = array(select unnest(w.triggers) except select unnest(list.ids))
  from list where w.triggers && list.ids`;

export function eventQueries(db: Database) {
  const { kysely } = db;
  return {
    /** `q`: a part of the name of an event or of its emitter. */
    list: (
      customerId: string,
      { q, emitter_type, emitter_id }: { q?: string; emitter_type?: Emitter; emitter_id?: string },
    ): Promise<EventRow[]> =>
      db.query<EventRow>('list_events', LIST, [
        customerId,
        q || null,
        emitter_type ?? null,
        emitter_id ?? null,
      ]),

    /** Those of the given events that exist, with their emitter. */
    find: (customerId: string, ids: readonly string[]): Promise<{ id: string; emitter_id: string }[]> =>
      ids.length === 0
        ? Promise.resolve([])
        : kysely
            .selectFrom('events')
            .select(['id', 'emitter_id'])
            .where('customer_id', '=', customerId)
            .where('id', 'in', [...ids])
            .execute(),

    /** The event of an emitter by its name, made where it is new; undefined where there is no such emitter. */
    ensure: async (
      customerId: string,
      { type, id }: { type: Emitter; id: string },
      name: string,
    ): Promise<string | undefined> => {
      const [row] = await db.query<{ id: string }>(
        `ensure_event_of_${type}`,
        `insert into events (id, customer_id, emitter_type, emitter_id, name)
         select $1, customer_id, '${type}', id, $4 from ${TABLES[type]} where customer_id = $2 and id = $3
         on conflict (emitter_id, name) do update set name = excluded.name returning id`,
        [newId(), customerId, id, name],
      );
      return row?.id;
    },

    /** Names of what an emitter's events start, itself aside. */
    startedBy: async (emitterId: string): Promise<string[]> => {
      const rows = await db.query<{ name: string }>('started_by_emitter', STARTED_BY, [emitterId]);
      return rows.map(({ name }) => name);
    },

    /** Names of the workflows that run something as a step. */
    usedBy: async (id: string): Promise<string[]> => {
      const rows = await db.query<{ name: string }>(
        'workflows_that_use',
        `select w.name from workflow_uses u join workflows w on w.id = u.workflow_id where u.used_id = $1 and w.id <> $1 order by 1`,
        [id],
      );
      return rows.map(({ name }) => name);
    },

    /** Who is started by whom, in an organization. */
    edges: (customerId: string): Promise<Edge[]> => db.query<Edge>('edges_of_triggers', EDGES, [customerId]),

    /** Takes an emitter's events away, and out of the triggers of others. */
    deleteOf: (emitterId: string) => db.query('delete_events_of_emitter', DELETE_OF, [emitterId]),
  };
}

export type EventQueries = ReturnType<typeof eventQueries>;

const EVENTS = { task: TASK_EVENTS, workflow: WORKFLOW_EVENTS, webhook: ['trigger'] } as const;

/** The events that a new emitter has from the beginning. */
export async function insertEvents(
  tx: Transaction,
  customerId: string,
  { type, id }: { type: Emitter; id: string },
): Promise<void> {
  await tx
    .insertInto('events')
    .values(
      EVENTS[type].map((name) => ({
        id: newId(),
        customer_id: customerId,
        emitter_type: type,
        emitter_id: id,
        name,
      })),
    )
    .execute();
}
