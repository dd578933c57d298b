export { newEnrollmentCode } from './enroll.ts';
export { hostQueries } from './queries.ts';
export { botRoutes } from './routes.ts';
