import { Type } from 'typebox';
import { operation, type Operation } from '../operation.ts';
import * as R from '../resources/index.ts';
import { Closed, OneOf } from '../schema.ts';
import { cursor, id, limit } from './shared.ts';

const days = Type.Optional(
  Type.Integer({ minimum: 1, maximum: 36_500, description: 'Left out: no limit of the organization.' }),
);

const auditFilter = {
  q: Type.Optional(
    Type.String({
      maxLength: 200,
      description: 'A text that the entry holds anywhere: who, what, its object, address or details.',
    }),
  ),
  actor: Type.Optional(Type.String({ maxLength: 254, description: 'Who, whole, in any case.' })),
  action: Type.Optional(
    Type.String({ maxLength: 100, description: 'Like `task.update`, or `task` for all about tasks.' }),
  ),
  target: Type.Optional(Type.String({ maxLength: 100, description: 'The id of what it was about.' })),
  outcome: Type.Optional(OneOf(['done', 'refused'], 'Only what was done, or only what was refused.')),
  since: Type.Optional(Type.String({ maxLength: 40, description: 'ISO 8601, inclusive.' })),
  until: Type.Optional(Type.String({ maxLength: 40, description: 'ISO 8601, exclusive.' })),
};

/** Who did what, and how long things are kept. */
export const settingsOperations = {
  listAudit: operation({
    method: 'GET',
    path: '/audit',
    permission: 'admin',
    tag: 'audit',
    summary: 'Who did what, newest first',
    query: Closed({ limit, cursor, ...auditFilter }),
    response: Type.Array(R.AuditEntry),
  }),
  getAuditEntry: operation({
    method: 'GET',
    path: '/audit/{id}',
    permission: 'admin',
    tag: 'audit',
    summary: 'One entry of the audit',
    params: id,
    response: R.AuditEntry,
  }),
  exportAuditCsv: operation({
    method: 'GET',
    path: '/audit/export.csv',
    permission: 'admin',
    tag: 'audit',
    audit: 'audit.export',
    summary: 'All entries that fit, as a table for a spreadsheet',
    description:
      'Streamed, newest first. UTF-8 with a byte order mark; a cell that a spreadsheet would take for a formula begins with an apostrophe.',
    query: Closed(auditFilter),
    produces: 'text/csv',
  }),
  exportAuditJson: operation({
    method: 'GET',
    path: '/audit/export.json',
    permission: 'admin',
    tag: 'audit',
    audit: 'audit.export',
    summary: 'All entries that fit, as a JSON array',
    description: 'Streamed, newest first; one entry a line.',
    query: Closed(auditFilter),
    produces: 'application/json',
  }),
  getRetention: operation({
    method: 'GET',
    path: '/settings/retention',
    permission: 'admin',
    tag: 'settings',
    summary: 'How long the organization keeps things, and how much there is now',
    response: R.Retention,
  }),
  previewRetention: operation({
    method: 'GET',
    path: '/settings/retention/preview',
    permission: 'admin',
    tag: 'settings',
    summary: 'What would be deleted with these days; nothing is changed',
    query: Closed({ job_days: days, audit_days: days }),
    response: R.RetentionPreview,
  }),
  updateRetention: operation({
    method: 'PUT',
    path: '/settings/retention',
    permission: 'admin',
    tag: 'settings',
    audit: 'retention.update',
    summary: 'Set how long the organization keeps things at most',
    body: R.RetentionSettings,
    response: R.Retention,
  }),
} as const satisfies Record<string, Operation>;
