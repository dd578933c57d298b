import type { Static } from 'typebox';
import type { Delivery, DeliverySummary, Webhook } from '../resources/index.ts';
import { BEGIN, IDS, newJob, SECRET, type Examples } from './shared.ts';

const merged: Static<typeof Webhook> = {
  id: IDS.webhook,
  customer: 'demo',
  name: 'Merged pull requests',
  description: 'Called by GitHub for the repository acme/web.',
  tags: ['github'],
  acls: ['user'],
  auth: 'github',
  tolerance: 300,
  filter: {
    all: [
      { path: 'body.action', op: 'eq', value: 'closed' },
      { path: 'body.pull_request.merged', op: 'eq', value: true },
    ],
  },
  paused: null,
  enable: true,
  url: `http://127.0.0.1:8080/demo/webhook/${IDS.webhook}/trigger/signed`,
  last_delivery: { at: '2026-11-24T09:30:00.120Z', outcome: 'accepted' },
  creation_date: BEGIN,
  last_update: BEGIN,
};

const credentials = {
  id: IDS.webhook,
  secret: SECRET,
  url: `http://127.0.0.1:8080/demo/webhook/${IDS.webhook}/trigger/signed`,
};

const summary: Static<typeof DeliverySummary> = {
  id: IDS.delivery,
  webhook_id: IDS.webhook,
  at: '2026-11-24T09:30:00.120Z',
  address: '140.82.115.4',
  sent_by: null,
  outcome: 'accepted',
  reason: null,
  listeners: 1,
  started: [
    {
      type: 'job',
      id: IDS.job,
      workflow_id: null,
      name: newJob.name,
      lifecycle: newJob.lifecycle,
      state: newJob.state,
    },
  ],
  resent_of: null,
  body_kind: 'json',
  size: 50,
};

const whole: Static<typeof Delivery> = {
  ...summary,
  headers: { 'content-type': 'application/json', 'x-github-event': 'pull_request' },
  query: {},
  body: '{"action":"closed","pull_request":{"merged":true}}',
  body_cut: false,
};

const body = { action: 'closed', pull_request: { merged: true } };
const triggered = { message: 'success', delivery_id: IDS.delivery, outcome: 'accepted' } as const;

export const webhooksExamples = {
  listWebhooks: { response: [merged] },
  createWebhook: {
    body: {
      name: 'Merged pull requests',
      auth: 'github',
      filter: {
        all: [
          { path: 'body.action', op: 'eq', value: 'closed' },
          { path: 'body.pull_request.merged', op: 'eq', value: true },
        ],
      },
    },
    otherBodies: {
      'With its secret key in the URL': { name: 'From the shop' },
      'With a secret that another system made': {
        name: 'Payments',
        auth: 'standard',
        signing_secret: 'whsec_bWFkZSB1cCBmb3IgdGhpcyBleGFtcGxlIQ==',
      },
    },
    response: { ...merged, last_delivery: null },
  },
  getWebhook: { response: merged },
  replaceWebhook: { body: { tolerance: 60 }, response: { ...merged, tolerance: 60 } },
  updateWebhook: { body: { tolerance: 60 }, response: { ...merged, tolerance: 60 } },
  deleteWebhook: { response: merged },
  pauseWebhook: { response: { ...merged, enable: false, paused: { at: BEGIN, by: 'admin@localhost' } } },
  resumeWebhook: { response: merged },
  getWebhookCredentials: { response: credentials },
  changeWebhookSecret: { response: credentials },
  triggerWebhook: { body, response: triggered },
  triggerWebhookBySecret: { params: { secret: SECRET }, body, response: triggered },
  triggerSignedWebhook: { body, response: triggered },
  listDeliveries: { response: [summary] },
  getDelivery: { params: { delivery: IDS.delivery }, response: whole },
  resendDelivery: {
    params: { delivery: IDS.delivery },
    response: {
      ...summary,
      id: '01a20ce4520d1e2f3a4b5c6d',
      sent_by: 'admin@localhost',
      resent_of: IDS.delivery,
      started: [],
    },
  },
} satisfies Partial<Examples>;
