export { contentFrom, fileFromData } from './content.ts';
export { scriptQueries, type ScriptQueries } from './queries.ts';
export { scriptRoutes } from './routes.ts';
