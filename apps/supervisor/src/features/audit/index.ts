export { createAudit, type Audit, type AuditRecord } from './record.ts';
export { auditRoutes } from './routes.ts';
