export { eventQueries, insertTaskEvents, type EventQueries } from './queries.ts';
export { wayTo } from './rules.ts';
export { eventRoutes } from './routes.ts';
