import type { Emitter, Mapping } from '@argus/contract';
import type { Database } from '../../platform/database.ts';

/** What listens: a task or a workflow that it starts, or a rule that tells somebody. */
export type ListenerType = 'task' | 'workflow' | 'rule';

export interface Listener {
  type: ListenerType;
  id: string;
  /** Seconds that a start waits; 0 of a rule. */
  grace_time: number;
  mapping: Mapping | null;
}

/** Something that happened and has not been acted upon, with whom it starts. */
export interface Emission {
  id: number;
  customer_id: string;
  name: string;
  emitter_type: Emitter;
  emitter_id: string;
  emitter_name: string;
  job_id: string | null;
  run_id: string | null;
  delivery_id: string | null;
  output: string[];
  /** What mappings can name beside the output. */
  about: Record<string, unknown> | null;
  depth: number;
  event_id: string | null;
  created_at: Date;
  listeners: Listener[];
}

/** Outputs are up to 1 MiB each: few at a time. */
const AT_ONCE = 20;

const PENDING = `
  select e.id, e.customer_id, e.name, e.emitter_type, e.emitter_id, e.emitter_name, e.job_id, e.run_id, e.delivery_id, e.output, e.about, e.depth, e.created_at,
    ev.id as event_id,
    coalesce((
      select jsonb_agg(jsonb_build_object('type', s.subscriber_type, 'id', s.subscriber_id, 'grace_time', coalesce(t.grace_time, w.grace_time, 0),
        'mapping', coalesce(t.trigger_arguments, w.trigger_arguments) -> ev.id) order by s.subscriber_id)
      from subscriptions s
      left join tasks t on s.subscriber_type = 'task' and t.id = s.subscriber_id
      left join workflows w on s.subscriber_type = 'workflow' and w.id = s.subscriber_id
      where s.emitter_id in (e.emitter_id, e.customer_id) and s.name = e.name
    ), '[]') as listeners
  from emissions e
  left join events ev on ev.emitter_id = e.emitter_id and ev.name = e.name
  where e.created_at <= now() - make_interval(secs => $1)
  order by e.id limit ${AT_ONCE}`;

export function emissionQueries(db: Database) {
  return {
    /** The oldest of those that are at least so many seconds old. */
    pending: (seconds: number) => db.hot<Emission>('pending_emissions', PENDING, [seconds]),

    done: (ids: readonly number[]) =>
      db.hot('emissions_done', 'delete from emissions where id = any($1::bigint[])', [ids]),

    /** Lets others go before those that cannot be carried out now. */
    putOff: (ids: readonly number[]) =>
      db.hot(
        'put_emissions_off',
        `update emissions set created_at = now() + interval '1 minute' where id = any($1::bigint[])`,
        [ids],
      ),

    forgetFirings: () =>
      db.query('forget_firings', `delete from firings where at < now() - interval '7 days'`, []),
  };
}
