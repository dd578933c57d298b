export { openDefinitions, shownDefinitions, type StoredDefinition } from './masked.ts';
export { taskQueries, type TaskQueries, type TaskRow, type TaskValues } from './queries.ts';
export { taskRoutes, visibleTask } from './routes.ts';
export { openEnv } from './save.ts';
export { problemsOf } from './view.ts';
