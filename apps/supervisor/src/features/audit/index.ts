export { changes } from './changes.ts';
export { createAudit, type Audit } from './record.ts';
export { auditRoutes } from './routes.ts';
