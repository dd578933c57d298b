export { savedViewQueries } from './queries.ts';
export { savedViewRoutes } from './routes.ts';
