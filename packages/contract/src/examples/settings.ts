import type { AuditEntry, Retention } from '../resources/index.ts';
import { BEGIN, IDS, type Examples } from './shared.ts';

const retention: Retention = {
  job_days: 30,
  audit_days: null,
  jobs: { count: 48_211, oldest: BEGIN },
  runs: { count: 310, oldest: BEGIN },
  audit: { count: 5_120, oldest: BEGIN },
  disk: null,
};

const entry: AuditEntry = {
  id: '01a20ce4063b0a0b0c0d0e0f',
  at: '2026-11-24T09:29:58.004Z',
  actor: 'admin@localhost',
  action: 'secret.read',
  target_type: 'task',
  target_id: IDS.task,
  outcome: 'done',
  address: '192.0.2.17',
  details: { name: 'Disk report' },
};

export const settingsExamples = {
  listAudit: {
    response: [entry],
  },
  getAuditEntry: { params: { id: entry.id }, response: entry },
  exportAuditCsv: {},
  exportAuditJson: {},
  getRetention: { response: retention },
  previewRetention: {
    response: { jobs: 20_500, runs: 120, audit: 0 },
  },
  updateRetention: { body: { job_days: 30, audit_days: null }, response: retention },
} satisfies Partial<Examples>;
