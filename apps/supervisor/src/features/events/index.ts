export { eventQueries, insertEvents, type EventQueries } from './queries.ts';
export { triggersOf } from './triggers.ts';
export { wayTo } from './rules.ts';
export { eventRoutes } from './routes.ts';
