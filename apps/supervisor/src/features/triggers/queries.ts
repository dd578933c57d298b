import type { Mapping } from '@argus/contract';
import type { Database } from '../../platform/database.ts';

/** Something that happened and has not been acted upon, with whom it starts. */
export interface Emission {
  id: number;
  name: string;
  emitter_id: string;
  emitter_name: string;
  job_id: string;
  output: string[];
  depth: number;
  event_id: string | null;
  listeners: { task_id: string; grace_time: number; mapping: Mapping | null }[];
}

/** Outputs are up to 1 MiB each: few at a time. */
const AT_ONCE = 20;

const PENDING = `
  select e.id, e.name, e.emitter_id, e.emitter_name, e.job_id, e.output, e.depth, ev.id as event_id,
    coalesce((
      select jsonb_agg(jsonb_build_object('task_id', t.id, 'grace_time', t.grace_time, 'mapping', t.trigger_arguments -> ev.id) order by t.id)
      from subscriptions s join tasks t on t.id = s.subscriber_id
      where s.emitter_id = e.emitter_id and s.name = e.name
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
