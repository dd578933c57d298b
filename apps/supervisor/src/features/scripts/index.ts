export { scriptQueries, type ScriptQueries } from './queries.ts';
export { scriptRoutes } from './routes.ts';
