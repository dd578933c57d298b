export { lastLines } from './last-lines.ts';
export { keepPartitions, preparePartitions } from './partitions.ts';
export { logQueries } from './queries.ts';
export { logRoutes } from './routes.ts';
export { createLogSearcher } from './search/search.ts';
