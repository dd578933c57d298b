import { operations, type Operation, type OperationId } from '@argus/contract';
import type { TestApp } from '../app.ts';
import { accessSamples, linkToken } from './access.ts';
import { agentsSamples } from './agents.ts';
import { botsSamples } from './bots.ts';
import { jobsSamples } from './jobs.ts';
import { pendingSamples } from './pending.ts';
import { notificationsSamples } from './notifications.ts';
import { recipesSamples } from './recipes.ts';
import { schedulesSamples } from './schedules.ts';
import { savedViewsSamples } from './saved-views.ts';
import { scriptsSamples } from './scripts.ts';
import { secretsSamples } from './secrets.ts';
import { settingsSamples } from './settings.ts';
import { nothing, type Sample } from './shared.ts';
import { systemSamples } from './system.ts';
import { tasksSamples } from './tasks.ts';
import { workflowsSamples } from './workflows.ts';
import { webhooksSamples } from './webhooks.ts';

export { linkToken };
export { startJob, type Sample } from './shared.ts';

/** A request to one operation in demo that succeeds for whoever may; what it destroys was made for it alone. */
export type Samples = Record<OperationId, () => Promise<Sample>>;

export function samplesOf(app: TestApp): Samples {
  return {
    ...accessSamples(app),
    ...scriptsSamples(app),
    ...botsSamples(app),
    ...agentsSamples(app),
    ...tasksSamples(app),
    ...recipesSamples(app),
    ...jobsSamples(app),
    ...pendingSamples(app),
    ...schedulesSamples(app),
    ...workflowsSamples(app),
    ...webhooksSamples(app),
    ...notificationsSamples(app),
    ...savedViewsSamples(app),
    ...secretsSamples(app),
    ...settingsSamples(app),
    watchChanges: nothing,
    getOverview: nothing,
    ...systemSamples(),
  };
}

/** The path of an operation with its parameters filled in, as they are; with the organization where given. */
export function pathOf(id: OperationId, params: Record<string, string> = {}, customer?: string): string {
  const operation: Operation = operations[id];
  const path = operation.path.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => {
    const value = params[name];
    if (value === undefined) throw new Error(`${id} needs the parameter ${name}`);
    return value;
  });
  return customer === undefined ? path : `/${customer}${path}`;
}

export const allOperations = Object.entries<Operation>(operations) as [OperationId, Operation][];
