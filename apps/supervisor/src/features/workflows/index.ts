export { createEngine } from './engine.ts';
export { stepEnvironments } from './envs.ts';
export { workflowQueries } from './queries.ts';
export { runQueries } from './run-queries.ts';
export { visibleWorkflow, workflowRoutes } from './routes.ts';
export { runStarter } from './start.ts';
export { startRunSweep } from './sweep.ts';
