export { fileRoutes } from './routes.ts';
export { instructionArguments, shownArgument, type StoredArgument } from './rules.ts';
export { createFiles, type Files } from './store.ts';
export { startFileSweep } from './sweep.ts';
