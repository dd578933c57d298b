export { changes } from './changes.ts';
export { createAudit, type Audit } from './record.ts';
export { deletePastAudit, startAuditRetention } from './retention.ts';
export { auditRoutes } from './routes.ts';
