export { eventQueries, insertTaskEvents, type EventQueries } from './queries.ts';
export { eventRoutes } from './routes.ts';
