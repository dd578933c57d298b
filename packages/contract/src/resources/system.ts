import { Type, type Static } from 'typebox';
import { Id, OneOf, OrNull, Time } from '../schema.ts';

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

export const Status = Type.Object({
  status: OneOf(['ok', 'degraded']),
  version: Type.String(),
  database: OneOf(['up', 'down']),
  protocol: Type.Integer(),
  /** Which of several on one database answers: another id after each start. */
  supervisor: Type.String(),
});
