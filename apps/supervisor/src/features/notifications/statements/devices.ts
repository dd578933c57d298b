import { PUSH_DEVICES_MAX } from '@argus/contract';
import { isUniqueViolation, type Database } from '../../../platform/database.ts';

/** What the server says to a device, as far as it has the words. */
export type DeviceLanguage = 'en' | 'es';

export interface DeviceRow {
  id: string;
  user_id: string;
  sealed: Buffer;
  endpoint_hash: Buffer;
  service: string;
  name: string;
  language: DeviceLanguage;
  created_at: Date;
  seen_at: Date;
  last_success_at: Date | null;
  last_failure_at: Date | null;
  last_failure: string | null;
}

export interface NewDevice extends Pick<
  DeviceRow,
  'id' | 'user_id' | 'sealed' | 'endpoint_hash' | 'service' | 'name' | 'language'
> {
  session_id: string;
}

type Renewed = Omit<NewDevice, 'id' | 'name' | 'language'> & { language: DeviceLanguage | null };

/** Of a device that is there already for its person all stays but how it is reached and what it is called. */
const SAVE = `
  insert into push_devices as d (id, user_id, session_id, endpoint_hash, sealed, service, name, language)
  select $1, $2, $3, $4, $5, $6, $7, $8
  where (select count(*) from push_devices o where o.user_id = $2 and o.endpoint_hash <> $4) < ${PUSH_DEVICES_MAX}
  on conflict (endpoint_hash) do update set
    id = case when d.user_id = excluded.user_id then d.id else excluded.id end,
    created_at = case when d.user_id = excluded.user_id then d.created_at else now() end,
    last_success_at = case when d.user_id = excluded.user_id then d.last_success_at end,
    last_failure_at = case when d.user_id = excluded.user_id then d.last_failure_at end,
    last_failure = case when d.user_id = excluded.user_id then d.last_failure end,
    user_id = excluded.user_id, session_id = excluded.session_id, sealed = excluded.sealed, service = excluded.service,
    name = excluded.name, language = excluded.language, seen_at = now()
  returning *`;

export function deviceQueries({ query }: Pick<Database, 'query'>) {
  const first = async (name: string, text: string, values: readonly unknown[]) =>
    (await query<DeviceRow & Record<string, unknown>>(name, text, values))[0] as DeviceRow | undefined;
  const renew = (before: Buffer, row: Renewed) =>
    first(
      'renew_push_device',
      `update push_devices set session_id = $3, endpoint_hash = $4, sealed = $5, service = $6, language = coalesce($7, language), seen_at = now()
       where user_id = $2 and endpoint_hash = $1 returning *`,
      [before, row.user_id, row.session_id, row.endpoint_hash, row.sealed, row.service, row.language],
    );
  return {
    of: (userId: string) =>
      query<DeviceRow & Record<string, unknown>>(
        'list_push_devices',
        'select * from push_devices where user_id = $1 order by created_at, id',
        [userId],
      ) as Promise<DeviceRow[]>,

    find: (userId: string, id: string) =>
      first('find_push_device', 'select * from push_devices where user_id = $1 and id = $2', [userId, id]),

    /** A browser is one person's, whoever had it before. Undefined where the person has too many. */
    save: (row: NewDevice) =>
      first('save_push_device', SAVE, [
        row.id,
        row.user_id,
        row.session_id,
        row.endpoint_hash,
        row.sealed,
        row.service,
        row.name,
        row.language,
      ]),

    /**
     * Notes that a device is there, for whom, and how it is reached now; undefined where it is not theirs (any more). Where
     * its new address is known already, it is the device of that address, and is there once.
     */
    async renew(before: Buffer, row: Renewed): Promise<DeviceRow | undefined> {
      try {
        return await renew(before, row);
      } catch (error) {
        if (!isUniqueViolation(error)) throw error;
        await query(
          'drop_push_address',
          'delete from push_devices where user_id = $1 and endpoint_hash = $2',
          [row.user_id, before],
        );
        return renew(row.endpoint_hash, row);
      }
    },

    /** Answers what was removed. */
    remove: (userId: string, id: string) =>
      first('remove_push_device', 'delete from push_devices where user_id = $1 and id = $2 returning *', [
        userId,
        id,
      ]),

    /** Notes how a try went; null: it was taken. */
    tried: (id: string, failure: string | null) =>
      query(
        'push_device_tried',
        `update push_devices set last_success_at = case when $2::text is null then now() else last_success_at end,
           last_failure_at = case when $2 is null then last_failure_at else now() end, last_failure = coalesce($2, last_failure)
         where id = $1`,
        [id, failure],
      ),

    /** Forgets a device that its push service does not know: not one that has got another endpoint meanwhile. */
    gone: (id: string, endpointHash: Buffer) =>
      query('push_device_gone', 'delete from push_devices where id = $1 and endpoint_hash = $2', [
        id,
        endpointHash,
      ]),

    /** Forgets those whose page was not open for so many milliseconds. */
    trim: (ageMs: number) =>
      query(
        'trim_push_devices',
        'delete from push_devices where seen_at < now() - make_interval(secs => $1)',
        [ageMs / 1000],
      ),

    /** The server's key for pushes as it is stored: what is given counts only where there is none yet. */
    async serverKey(made: () => object): Promise<object> {
      const read = () =>
        query<{ value: object }>('push_key', `select value from settings where key = 'push_key'`, []);
      const [known] = await read();
      if (known !== undefined) return known.value;
      await query(
        'put_push_key',
        `insert into settings (key, value) values ('push_key', $1) on conflict (key) do nothing`,
        [JSON.stringify(made())],
      );
      const [row] = await read();
      if (row === undefined) throw new Error('the key for pushes was not stored');
      return row.value;
    },
  };
}

export type DeviceQueries = ReturnType<typeof deviceQueries>;
