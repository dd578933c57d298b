import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { World } from './world.ts';

const app = join(import.meta.dirname, '../apps/web/src/app');

/** What the paths of routes are below. */
const PARENTS: Readonly<Record<string, string>> = {
  organization: '/$customer',
  settings: '/$customer/settings',
};

/** The paths of all routes of the page, as its code has them: `/$customer/tasks/$taskId`, … */
export function routePaths(): string[] {
  const files = ['router.tsx', ...readdirSync(join(app, 'routes')).map((name) => `routes/${name}`)];
  const found = files.flatMap((file) =>
    [...readFileSync(join(app, file), 'utf8').matchAll(/getParentRoute: \(\) => (\w+),\s*path: '([^']+)'/g)]
      .filter(([, , path]) => path !== '/$customer')
      .map(([, parent = '', path = '']) => `${PARENTS[parent] ?? ''}${path}`),
  );
  // what surrounds the settings has the path of their overview
  return found.filter((path) => path !== `${PARENTS['settings']}/`);
}

/** Addresses of each route in a filled organization, below `/app`: one for each kind of thing that it shows. */
export function placesOf(customer: string, { ids, links }: World): Record<string, string[]> {
  const places: Record<string, string[]> = {
    '/': [''],
    '/tasks': ['', '?q=nothing-like-this', '?tag=deploy'],
    '/tasks/new': [''],
    '/tasks/import': [''],
    '/tasks/$taskId': [ids.task, ids.approval, ids.input, ids.message, ids.request, ids.paused],
    '/tasks/$taskId/edit': [ids.task, ids.approval, ids.input, ids.message, ids.request],
    '/tasks/$taskId/schedules/new': [ids.task],
    '/jobs': ['', '?lifecycle=finished&state=failure', '?first=running'],
    '/jobs/$jobId': [
      ids.ended,
      ids.failed,
      ids.broken,
      ids.running,
      ids.held,
      ids.waiting,
      ids.retried,
      ids.canceled,
      ids.asks,
      ids.fills,
    ],
    '/queue': [''],
    '/pending': ['', '?view=others'],
    '/scripts': [''],
    '/scripts/new': [''],
    '/scripts/$scriptId': [ids.script],
    '/scripts/$scriptId/versions': [ids.script, `${ids.script}?from=1&to=2`],
    '/scripts/$scriptId/uses': [ids.script],
    '/bots': [''],
    '/bots/$botId': [ids.bot],
    '/workflows': [''],
    '/workflows/import': [''],
    '/workflows/new': [''],
    '/workflows/$workflowId': [ids.workflow],
    '/workflows/$workflowId/edit': [ids.workflow, `${ids.workflow}?version=1`],
    '/workflows/$workflowId/versions': [`${ids.workflow}?from=1&to=2`],
    '/workflows/$workflowId/schedules/new': [ids.workflow],
    '/workflows/$workflowId/runs/$runId': [
      `${ids.workflow}/${ids.run}`,
      `${ids.workflow}/${ids.runAsking}?step=approve`,
    ],
    '/schedules': ['', '?view=month'],
    '/schedules/$scheduleId': [ids.schedule, ids.once],
    '/schedules/$scheduleId/edit': [ids.schedule],
    '/webhooks': [''],
    '/webhooks/new': [''],
    '/webhooks/$webhookId': [ids.webhook],
    '/webhooks/$webhookId/edit': [ids.webhook],
    '/webhooks/$webhookId/deliveries/$deliveryId': [
      `${ids.webhook}/${ids.delivery}`,
      `${ids.webhook}/${ids.refused}`,
    ],
    '/settings': [''],
    '/settings/credentials': [''],
    '/settings/credentials/integration-tokens': [''],
    '/settings/credentials/bot-enrolment': [''],
    '/settings/credentials/secrets': ['', '?secret=new'],
    '/settings/members': ['', '?q=kim'],
    '/settings/members/$memberId': [ids.member, `${ids.member}?sees=no`, 'f'.repeat(24)],
    '/settings/roles': [''],
    '/settings/retention': [''],
    '/settings/profile': [''],
    '/settings/sessions': [''],
    '/settings/organization': [''],
    '/settings/audit': ['', '?outcome=refused', '?q=nothing-like-this'],
    '/settings/audit/$entryId': [ids.audited],
    '/settings/notifications': [''],
    '/settings/notifications/log': [''],
    '/settings/notifications/rules/new': [''],
    '/settings/notifications/rules/$ruleId': [ids.rule],
    '/settings/notifications/channels/new': [''],
    '/settings/notifications/channels/$channelId': [ids.channel],
    '/settings/my-notifications': [''],
    '/account/notifications': [''],
  };
  return {
    '/': ['/'],
    '/login': ['/login'],
    '/forgot': ['/forgot'],
    '/invitation': [`/invitation#${links.invitation}`],
    '/reset': [`/reset#${links.reset}`],
    '/guide': ['/guide', '/guide?q=timeout', '/guide?q=nothing-like-this'],
    // with a picture, tables and code; the others are looked at in guide-journeys.test.ts
    '/guide/$page': ['/guide/running-a-task#when-it-does-not-start', '/guide/security'],
    ...Object.fromEntries(
      Object.entries(places).map(([path, values]) => [
        `/$customer${path}`,
        values.map((value) => `/${customer}${addressOf(path, value)}`),
      ]),
    ),
  };
}

/** `value` is what stands in place of the parameters, joined with `/`, and what is searched for behind `?`. */
function addressOf(path: string, value: string): string {
  const [ids = '', search] = value.split('?');
  const rest = ids.split('/');
  return path.replace(/\$\w+/g, () => rest.shift() ?? '') + (search === undefined ? '' : `?${search}`);
}
