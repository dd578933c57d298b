import type { Host } from '../resources/index.ts';
import { BEGIN, IDS, type Examples } from './shared.ts';

const host: Host = {
  id: IDS.host,
  hostname: 'web-1',
  kind: 'bot',
  status: 'online',
  disabled: false,
  slots: 10,
  max_slots: null,
  labels: ['linux', 'x64', 'gpu'],
  own_labels: ['gpu'],
  running: 0,
  last_seen_at: '2026-11-24T09:29:51.400Z',
  info: {
    version: '0.1.0',
    os: 'linux',
    release: '6.12.41',
    arch: 'x64',
    run_user: 'argus-run',
    interpreters: { bash: '/usr/bin/bash', python3: '/usr/bin/python3' },
  },
  created_at: BEGIN,
};

export const botsExamples = {
  listHosts: { response: [host] },
  getHost: { response: host },
  updateHost: { body: { disabled: true }, response: { ...host, status: 'disabled', disabled: true } },
  deleteHost: {},
  createEnrollment: {
    body: { hostname: 'db-1' },
    response: {
      code: 'argus_enroll_T4hNw8xQe2ZsVbYm6LrKc1PjUd9gAo3fIi7tRvE5kXq',
      expires: '2026-11-24T10:30:00.000Z',
      command: 'npm run argus -- bot --url https://argus.example.org --enroll',
      note: null,
    },
  },
} satisfies Partial<Examples>;
