import { TASK_EVENTS } from '@argus/contract';
import type { Database } from '../../platform/database.ts';
import { newId } from '../../platform/ids.ts';
import type { Edge } from './rules.ts';

export interface EventRow {
  id: string;
  name: string;
  emitter_id: string;
  emitter_name: string;
  /** The emitter's access list. */
  acls: string[];
}

export function eventQueries(db: Database) {
  const { kysely } = db;
  const events = (customerId: string) =>
    kysely
      .selectFrom('events')
      .innerJoin('tasks', 'tasks.id', 'events.emitter_id')
      .select(['events.id', 'events.name', 'events.emitter_id', 'tasks.name as emitter_name', 'tasks.acls'])
      .where('events.customer_id', '=', customerId);
  return {
    list: (customerId: string): Promise<EventRow[]> =>
      events(customerId).orderBy('tasks.name').orderBy('events.id').execute(),

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

    /** The event of a task by its name, made where it is new; undefined where there is no such task. */
    ensure: async (customerId: string, taskId: string, name: string): Promise<string | undefined> => {
      const [row] = await db.query<{ id: string }>(
        'ensure_event',
        `insert into events (id, customer_id, emitter_type, emitter_id, name)
         select $1, customer_id, 'task', id, $4 from tasks where customer_id = $2 and id = $3
         on conflict (emitter_id, name) do update set name = excluded.name returning id`,
        [newId(), customerId, taskId, name],
      );
      return row?.id;
    },

    /** Names of the tasks that an emitter's events start, itself aside. */
    startedBy: async (emitterId: string): Promise<string[]> => {
      const rows = await db.query<{ name: string }>(
        'started_by_emitter',
        `select distinct t.name from events e join tasks t on t.triggers @> array[e.id] where e.emitter_id = $1 and t.id <> $1 order by 1`,
        [emitterId],
      );
      return rows.map(({ name }) => name);
    },

    /** Who is started by whom, in an organization. */
    edges: (customerId: string): Promise<Edge[]> =>
      db.query<Edge>(
        'edges_of_triggers',
        `select distinct s.emitter_id as from_id, s.subscriber_id as to_id, t.name as to_name
         from subscriptions s join tasks t on t.id = s.subscriber_id where s.customer_id = $1`,
        [customerId],
      ),

    /** Takes an emitter's events away, and out of the triggers of others. */
    deleteOf: (emitterId: string) =>
      db.query(
        'delete_events_of_emitter',
        `with gone as (delete from events where emitter_id = $1 returning id),
           list as (select array_agg(id) as ids from gone)
         update tasks t set triggers = array(select unnest(t.triggers) except select unnest(list.ids))
         from list where t.triggers && list.ids`,
        [emitterId],
      ),
  };
}

export type EventQueries = ReturnType<typeof eventQueries>;

/** The events that a new task emits. */
export async function insertTaskEvents(
  tx: Database['kysely'],
  customerId: string,
  taskId: string,
): Promise<void> {
  await tx
    .insertInto('events')
    .values(
      TASK_EVENTS.map((name) => ({
        id: newId(),
        customer_id: customerId,
        emitter_type: 'task',
        emitter_id: taskId,
        name,
      })),
    )
    .execute();
}
