export { createAudit, type Audit } from './record.ts';
export { auditRoutes } from './routes.ts';
