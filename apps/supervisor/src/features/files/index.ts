export { fileRoutes } from './routes.ts';
export { givenFile, instructionArguments, shownArgument, type FileArgument } from './rules.ts';
export { createFiles, type Files } from './store.ts';
export { startFileSweep } from './sweep.ts';
