export { createHub } from './hub.ts';
export { liveQueries } from './queries.ts';
export { liveRoutes } from './routes.ts';
