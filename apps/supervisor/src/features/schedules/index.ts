export { graceWaiter, startScheduler, type WaitOut } from './fire.ts';
export { outcomeQueries } from './outcome-queries.ts';
export { scheduleQueries, type Scheduled } from './queries.ts';
export { scheduleRoutes } from './routes.ts';
export { parseTimezone } from './times.ts';
