import { IDS, type Examples } from './shared.ts';

export const eventsExamples = {
  listEvents: {
    response: [
      {
        id: IDS.event,
        name: 'success',
        emitter_id: IDS.task,
        emitter_type: 'task',
        emitter_name: 'Disk report',
      },
    ],
  },
} satisfies Partial<Examples>;
