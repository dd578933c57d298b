import type { AuditEntry, OperationId } from '@argus/contract';
import type { TestApp } from '../app.ts';
import { nothing, type Sample } from './shared.ts';

export const settingsSamples = (app: TestApp) =>
  ({
    listAudit: nothing,
    getAuditEntry: async () => {
      const { token } = app.demo.people.owner;
      await app.request('GET', `/task/${app.demo.task.id}/credentials`, { token });
      const { body } = await app.request('GET', '/audit?limit=1&action=secret.read', { token });
      return { params: { id: (body as AuditEntry[])[0]?.id ?? '' } };
    },
    exportAuditCsv: nothing,
    exportAuditJson: nothing,
    getRetention: nothing,
    previewRetention: nothing,
    updateRetention: async () => ({ body: { job_days: null, audit_days: 3_650 } }),
  }) satisfies Partial<Record<OperationId, () => Promise<Sample>>>;
