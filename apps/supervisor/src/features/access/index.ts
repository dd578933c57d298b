export { authenticator } from './authenticate.ts';
export { deleteEnded, startHousekeeping } from './housekeeping.ts';
export { accessQueries, type AccessQueries } from './queries.ts';
export { accessRoutes } from './routes.ts';
export { assertUnlimited, visibleTo } from './visibility.ts';
