export { createEngine } from './engine.ts';
export { stepEnvironments } from './envs.ts';
export { workflowQueries, type WorkflowQueries, type WorkflowRow } from './queries.ts';
export { runQueries, type RunQueries } from './run-queries.ts';
export { visibleWorkflow, workflowRoutes, workflowViews } from './routes.ts';
export { workflowValues, type UsedTask, type UsedWorkflow } from './save.ts';
export { runStarter } from './start.ts';
export { startRunSweep } from './sweep.ts';
