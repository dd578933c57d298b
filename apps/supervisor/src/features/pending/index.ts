export { peopleAsker } from './ask.ts';
export { deciding, type Deciding } from './decide.ts';
export { pendingQueries } from './queries.ts';
export { pendingRoutes } from './routes.ts';
export { createTeller, startDeadlines, type PersonalMessage } from './tell.ts';
