import type { OperationId } from '@argus/contract';
import { nothing, type Sample } from './shared.ts';

export const settingsSamples = () =>
  ({
    listAudit: nothing,
    exportAuditCsv: nothing,
    exportAuditJson: nothing,
    getRetention: nothing,
    previewRetention: nothing,
    updateRetention: async () => ({ body: { job_days: null, audit_days: 3_650 } }),
  }) satisfies Partial<Record<OperationId, () => Promise<Sample>>>;
