import { BEGIN, IDS, newJob, script, SECRET, SHA256, type Examples } from './shared.ts';

const NEW_SHA256 = 'fcde2b2edba56bf408601fb721fe9b5c338d10ee429ea04fae5511b68fbf8fb9';
const changed = { ...script, version: 2, sha256: NEW_SHA256, last_update: '2026-11-24T09:12:40.000Z' };

export const scriptsExamples = {
  listScripts: { response: [script] },
  createScript: {
    body: {
      filename: 'disk-report.sh',
      description: 'How full the disks are',
      content: '#!/bin/bash\ndf -hPT\n',
    },
    response: script,
  },
  getScript: { response: script },
  updateScript: { body: { content: '#!/bin/bash\ndf -hPT -x tmpfs\n' }, response: changed },
  deleteScript: {},
  downloadScript: { text: '#!/bin/bash\ndf -hPT\n' },
  listScriptVersions: {
    response: [
      {
        version: 2,
        filename: 'disk-report.sh',
        sha256: NEW_SHA256,
        size: 812,
        created_by: 'admin@localhost',
        created_at: '2026-11-24T09:12:40.000Z',
      },
      {
        version: 1,
        filename: 'disk-report.sh',
        sha256: SHA256,
        size: 812,
        created_by: null,
        created_at: BEGIN,
      },
    ],
  },
  diffScript: {
    text: '--- disk-report.sh 1\n+++ disk-report.sh 2\n@@ -1,2 +1,2 @@\n #!/bin/bash\n-df -hPT\n+df -hPT -x tmpfs\n',
  },
  restoreScript: { body: { version: 1 }, response: { ...script, version: 3 } },
  tryScript: {
    body: { content: '#!/bin/bash\ndf -hPT "$1"\n', host_id: IDS.host, task_arguments: ['/var'] },
    response: {
      ...newJob,
      name: 'disk-report.sh',
      task: { id: IDS.copy, type: 'script', name: 'disk-report.sh' },
      task_id: IDS.copy,
      script_version: null,
      origin: 'trial',
      secret: SECRET,
    },
  },
  listScriptTasks: {
    response: [
      {
        id: IDS.task,
        name: 'Disk report',
        type: 'script',
        host_id: IDS.host,
        hostname: 'web-1',
        script_version: null,
      },
    ],
  },
} satisfies Partial<Examples>;
