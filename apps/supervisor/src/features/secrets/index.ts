export { missingSecret, secretOpener, type OpenSecrets } from './open.ts';
export { secretQueries } from './queries.ts';
export { secretRoutes } from './routes.ts';
