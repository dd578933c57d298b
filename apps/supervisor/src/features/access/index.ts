export { authenticator } from './authenticate.ts';
export { accessQueries, type AccessQueries } from './queries.ts';
export { accessRoutes } from './routes.ts';
export { assertUnlimited, visibleTo, type Visibility } from './visibility.ts';
