import { BEGIN, endedJob, IDS, newJob, summaryOf, type Examples } from './shared.ts';

const task = { id: IDS.task, name: 'Disk report' };

export const overviewExamples = {
  getOverview: {
    response: {
      now: BEGIN,
      running: { count: 1, jobs: [summaryOf(newJob)] },
      waiting: {
        queues: [
          {
            host_id: IDS.host,
            hostname: 'web-1',
            labels: [],
            jobs: 2,
            waits_for: 'bot_away',
            reason: 'bot web-1 was last heard of 5 minutes ago',
            first: summaryOf({
              ...newJob,
              id: IDS.nextJob,
              lifecycle: 'ready',
              attempt: 0,
              assigned_at: null,
            }),
          },
        ],
        on_hold: [{ reason_code: 'approval', jobs: 1 }],
        paused_tasks: { count: 0, tasks: [] },
      },
      failing: {
        days: 31,
        count: 1,
        tasks: [
          {
            task,
            in_a_row: 3,
            since: BEGIN,
            last: summaryOf({ ...endedJob, state: 'failure', exit_code: 1, reason: 'exit code 1' }),
          },
        ],
      },
      schedules: {
        count: 1,
        next: [
          { id: IDS.schedule, name: 'every night', at: '2026-11-03T07:30:00.000Z', type: 'task', of: task },
        ],
      },
      bots: {
        count: 1,
        there: 0,
        silent: [{ id: IDS.host, hostname: 'web-1', last_seen_at: BEGIN }],
        silent_count: 1,
      },
      first_steps: { bot: true, script: true, task: true, green_run: true, token: false },
    },
  },
} satisfies Partial<Examples>;
