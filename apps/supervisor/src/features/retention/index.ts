export { retentionQueries } from './queries.ts';
export { retentionRoutes } from './routes.ts';
