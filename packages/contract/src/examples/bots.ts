import type { Host } from '../resources/index.ts';
import { BEGIN, IDS, type Examples } from './shared.ts';

const host: Host = {
  id: IDS.host,
  hostname: 'web-1',
  kind: 'bot',
  status: 'online',
  disabled: false,
  disabled_note: null,
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
    interpreters: { bash: '5.2.15', python3: '3.11.2', sh: '/usr/bin/sh' },
    capabilities: { tree: 'subreaper', memory: 'cgroup v1' },
    protocol: 2,
    problem: null,
  },
  health: {
    at: '2026-11-24T09:29:51.400Z',
    cpu_percent: 12.4,
    cpu_count: 4,
    load: 0.52,
    memory_total_bytes: 8_326_746_112,
    memory_available_bytes: 5_204_291_584,
    disk_total_bytes: 105_089_261_568,
    disk_free_bytes: 40_265_318_400,
    disk_min_free_bytes: 67_108_864,
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
      id: IDS.token,
      code: 'argus_enroll_T4hNw8xQe2ZsVbYm6LrKc1PjUd9gAo3fIi7tRvE5kXq',
      expires: '2026-11-24T10:30:00.000Z',
      command:
        'ARGUS_ENROLL_CODE=argus_enroll_T4hNw8xQe2ZsVbYm6LrKc1PjUd9gAo3fIi7tRvE5kXq npm run argus -- bot --url https://argus.example.org',
      note: null,
    },
  },
  listEnrollments: {
    response: [
      {
        id: IDS.token,
        hostname: 'db-1',
        created_by: 'admin@localhost',
        created_at: BEGIN,
        expires: '2026-11-24T10:30:00.000Z',
      },
    ],
  },
  deleteEnrollment: { params: { id: IDS.token } },
  getEnrollment: {
    response: { id: IDS.token, state: 'connected', expires: null, host: { ...host, hostname: 'db-1' } },
  },
} satisfies Partial<Examples>;
