import type { Database } from '../../../platform/database.ts';
import { LISTENING_SINCE } from '../../../platform/supervisors.ts';

/**
 * Ends attempts that nobody renewed for too long as `terminated`/`error`. The time in which no supervisor listened does
 * not count.
 */
const END_LOST = `
  with lost as (
    update attempts a set finished_at = now(), outcome = 'lost'
    from hosts h
    where a.finished_at is null and h.id = a.host_id and greatest(a.renewed_at, ${LISTENING_SINCE}) < now() - make_interval(secs => $1)
    returning a.job_id, a.attempt, a.host_id, h.hostname
  )
  update jobs j set lifecycle = 'terminated', state = 'error', reason_code = 'lost', finished_at = now(),
    reason = format('bot %s not heard of for %s s', lost.hostname, $1)
  from lost where j.id = lost.job_id and j.attempt = lost.attempt and j.lifecycle in ('assigned', 'started')
  returning j.id, lost.host_id`;

export function endSilent(db: Database, seconds: number): Promise<{ id: string; host_id: string }[]> {
  return db.query('end_silent', END_LOST, [seconds]);
}

const END_FORGOTTEN = `
  with forgotten as (
    update attempts a set finished_at = now(), outcome = 'lost'
    where a.job_id = $1 and a.attempt = $2 and a.finished_at is null returning a.job_id, a.attempt
  )
  update jobs j set lifecycle = 'terminated', state = 'error', reason_code = 'lost', finished_at = now(), reason = $3
  from forgotten f where j.id = f.job_id and j.attempt = f.attempt and j.lifecycle in ('assigned', 'started')
  returning j.id`;

export function endForgotten(
  db: Database,
  jobId: string,
  attempt: number,
  reason: string,
): Promise<{ id: string }[]> {
  return db.query('end_forgotten', END_FORGOTTEN, [jobId, attempt, reason]);
}
