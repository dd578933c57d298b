export { peopleAsker } from './ask.ts';
export { deciding } from './decide.ts';
export { pendingQueries } from './queries.ts';
export { pendingRoutes } from './routes.ts';
export { createTeller, startDeadlines } from './tell.ts';
