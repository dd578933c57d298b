import type { Examples } from './shared.ts';

export const liveExamples = {
  watchChanges: { text: 'event: ready\ndata: {}\n\nevent: changed\ndata: ["job"]\n\n' },
} satisfies Partial<Examples>;
