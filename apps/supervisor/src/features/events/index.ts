export { eventQueries, insertEvents, type EventQueries } from './queries.ts';
export { triggersOf, withSteps } from './triggers.ts';
export { wayTo } from './rules.ts';
export { eventRoutes } from './routes.ts';
