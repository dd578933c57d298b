export { artifactView, createArtifacts, type Artifacts } from './artifacts.ts';
export { fileRoutes, sendFile } from './routes.ts';
export type { StoredArtifact } from './artifact-queries.ts';
export {
  filesIn,
  givenFile,
  instructionArguments,
  shownArgument,
  type FileArgument,
  type StoredFile,
} from './rules.ts';
export { createFiles, type Files } from './store.ts';
export { deleteUnusedFiles, startFileSweep } from './sweep.ts';
