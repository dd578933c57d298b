export { changedAcl, knownEntries, knownPeople, readAclChange, type AclChange } from './acl.ts';
export { openDefinitions, sealDefinitions, shownDefinitions, type StoredDefinition } from './masked.ts';
export {
  isLimited,
  MISSING_SECRETS,
  taskQueries,
  type TaskQueries,
  type TaskRow,
  type TaskValues,
} from './queries.ts';
export { taskRoutes, visibleTask } from './routes.ts';
export { openEnv, taskValues } from './save.ts';
export { badReference, problemsOfMissing } from './secrets.ts';
export { trialQueries, type TrialQueries } from './trial.ts';
export { settingsOf } from './types.ts';
export { problemsOf, taskView } from './view.ts';
export { onLost } from './policy.ts';
