import { accessOperations } from './operations/access.ts';
import { agentsOperations } from './operations/agents.ts';
import { artifactsOperations } from './operations/artifacts.ts';
import { botsOperations } from './operations/bots.ts';
import { jobsOperations } from './operations/jobs.ts';
import { liveOperations } from './operations/live.ts';
import { logsOperations } from './operations/logs.ts';
import { notificationsOperations } from './operations/notifications.ts';
import { overviewOperations } from './operations/overview.ts';
import { recipesOperations } from './operations/recipes.ts';
import { pendingOperations } from './operations/pending.ts';
import { schedulesOperations } from './operations/schedules.ts';
import { scriptsOperations } from './operations/scripts.ts';
import { settingsOperations } from './operations/settings.ts';
import { systemOperations } from './operations/system.ts';
import { tasksOperations } from './operations/tasks.ts';
import { savedViewsOperations } from './operations/saved-views.ts';
import { secretsOperations } from './operations/secrets.ts';
import { eventsOperations } from './operations/events.ts';
import { workflowsOperations } from './operations/workflows.ts';
import { webhooksOperations } from './operations/webhooks.ts';

/** Every operation of the API by its id. A route that is not in here does not exist. */
export const operations = {
  ...accessOperations,
  ...scriptsOperations,
  ...botsOperations,
  ...agentsOperations,
  ...tasksOperations,
  ...workflowsOperations,
  ...eventsOperations,
  ...schedulesOperations,
  ...webhooksOperations,
  ...notificationsOperations,
  ...recipesOperations,
  ...overviewOperations,
  ...jobsOperations,
  ...artifactsOperations,
  ...pendingOperations,
  ...logsOperations,
  ...savedViewsOperations,
  ...secretsOperations,
  ...settingsOperations,
  ...liveOperations,
  ...systemOperations,
} as const;

export type Operations = typeof operations;
export type OperationId = keyof Operations;
