export { newEnrollmentCode } from './enroll.ts';
export { hostQueries, type HostQueries } from './queries.ts';
export { botRoutes } from './routes.ts';
