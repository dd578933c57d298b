import type { Database } from '../../../platform/database.ts';

/**
 * Of bots whose poll is held here: those that another supervisor has something for, which their next poll will hear.
 * What it handed out is theirs for a second, since a bot that just got it has not named it yet.
 */
const TO_TELL = `
  select distinct a.host_id as id
  from attempts a join jobs j on j.id = a.job_id and j.attempt = a.attempt join hosts h on h.id = a.host_id
  where a.host_id = any($1::text[]) and a.finished_at is null
    -- an existing agent cannot be told to stop
    and (not a.delivered and a.assigned_at < now() - interval '1 second' or j.stop_requested is not null and h.kind = 'bot')`;

export async function hostsToTell(db: Database, hostIds: readonly string[]): Promise<string[]> {
  const rows = await db.hot<{ id: string }>('hosts_to_tell', TO_TELL, [hostIds]);
  return rows.map(({ id }) => id);
}
