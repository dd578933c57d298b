import { Type, type Static } from 'typebox';
import { Closed, Id, OneOf, OrNull, Time } from '../schema.ts';

export const AuditEntry = Type.Object({
  id: Id,
  at: Time,
  actor: Type.String(),
  action: Type.String(),
  target_type: OrNull(Type.String()),
  target_id: OrNull(Type.String()),
  outcome: OneOf(['done', 'refused']),
  address: OrNull(Type.String()),
  details: Type.Record(Type.String(), Type.Unknown()),
});
export type AuditEntry = Static<typeof AuditEntry>;

const Days = OrNull(Type.Integer({ minimum: 1, maximum: 36_500 }));
export const RetentionSettings = Closed({
  job_days: Days,
  audit_days: Days,
});
export type RetentionSettings = Static<typeof RetentionSettings>;

const Kept = Type.Object({
  count: Type.Integer({ description: 'At most 1,000,001: there are more than a million.' }),
  oldest: OrNull(Time),
});
export const Retention = Type.Object({
  job_days: Type.Union([Type.Integer(), Type.Null()], {
    description:
      'Days that ended jobs and runs are kept at most, whatever their task says; null: as it says.',
  }),
  audit_days: Type.Union([Type.Integer(), Type.Null()], {
    description: 'Days that entries of the audit log are kept; null: for ever.',
  }),
  jobs: Kept,
  runs: Kept,
  audit: Kept,
  disk: Type.Union(
    [
      Type.Object({
        database_bytes: Type.Integer(),
        log_bytes: Type.Integer(),
        file_bytes: Type.Integer(),
      }),
      Type.Null(),
    ],
    { description: 'Of the whole server, for its administrators.' },
  ),
});
export type Retention = Static<typeof Retention>;
export const RetentionPreview = Type.Object({
  jobs: Type.Integer({ description: 'At most 1,000,001: more than a million.' }),
  runs: Type.Integer(),
  audit: Type.Integer(),
});
export type RetentionPreview = Static<typeof RetentionPreview>;

export const Status = Type.Object({
  status: OneOf(['ok', 'degraded']),
  version: Type.String(),
  database: OneOf(['up', 'down']),
  protocol: Type.Integer(),
  /** Which of several on one database answers: another id after each start. */
  supervisor: Type.String(),
});
