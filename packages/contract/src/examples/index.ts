import { accessExamples } from './access.ts';
import { agentsExamples } from './agents.ts';
import { artifactsExamples } from './artifacts.ts';
import { botsExamples } from './bots.ts';
import { eventsExamples } from './events.ts';
import { jobsExamples } from './jobs.ts';
import { liveExamples } from './live.ts';
import { logsExamples } from './logs.ts';
import { pendingExamples } from './pending.ts';
import { notificationsExamples } from './notifications.ts';
import { overviewExamples } from './overview.ts';
import { recipesExamples } from './recipes.ts';
import { schedulesExamples } from './schedules.ts';
import { scriptsExamples } from './scripts.ts';
import { savedViewsExamples } from './saved-views.ts';
import { secretsExamples } from './secrets.ts';
import { settingsExamples } from './settings.ts';
import { systemExamples } from './system.ts';
import { tasksExamples } from './tasks.ts';
import { workflowsExamples } from './workflows.ts';
import { webhooksExamples } from './webhooks.ts';
import { IDS, type Example, type Examples } from './shared.ts';
import { operations, type OperationId } from '../operations.ts';

export { errorExample } from './errors.ts';
export type { Example } from './shared.ts';

const all: Examples = {
  ...accessExamples,
  ...scriptsExamples,
  ...recipesExamples,
  ...botsExamples,
  ...agentsExamples,
  ...tasksExamples,
  ...overviewExamples,
  ...jobsExamples,
  ...artifactsExamples,
  ...pendingExamples,
  ...logsExamples,
  ...liveExamples,
  ...eventsExamples,
  ...schedulesExamples,
  ...workflowsExamples,
  ...webhooksExamples,
  ...notificationsExamples,
  ...savedViewsExamples,
  ...secretsExamples,
  ...settingsExamples,
  ...systemExamples,
};

/** Ids in a path where an example names none, by the path's first word. */
const ID_OF: Record<string, string> = {
  member: IDS.member,
  token: IDS.token,
  host: IDS.host,
  script: IDS.script,
  task: IDS.task,
  job: IDS.job,
  schedule: IDS.schedule,
  workflow: IDS.workflow,
  webhook: IDS.webhook,
  channel: IDS.channel,
  'notification-rule': IDS.rule,
  notification: IDS.notification,
  'saved-view': IDS.savedView,
  secret: IDS.secret,
};

/** The example of an operation, with a value for each parameter of its path. */
export function exampleOf(id: OperationId): Example & { params: Record<string, string> } {
  const example: Example = all[id];
  const { path, params } = operations[id];
  const noun = path.split('/', 2)[1] ?? '';
  const filled = Object.keys(params.properties).map((name) => [
    name,
    example.params?.[name] ?? (name === 'id' ? ID_OF[noun] : undefined) ?? IDS.job,
  ]);
  return { ...example, params: Object.fromEntries(filled) as Record<string, string> };
}
