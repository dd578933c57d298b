export { graceWaiter, startScheduler, type WaitOut } from './fire.ts';
export { scheduleQueries } from './queries.ts';
export { scheduleRoutes } from './routes.ts';
export { parseTimezone } from './times.ts';
