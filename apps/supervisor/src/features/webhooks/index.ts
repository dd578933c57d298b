export { webhookQueries } from './queries.ts';
export { webhookRoutes } from './routes.ts';
export { startTrimming } from './trim.ts';
