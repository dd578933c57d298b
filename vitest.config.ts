import { existsSync } from 'node:fs';
import { defineConfig } from 'vitest/config';
import { guide } from './apps/web/guide.ts';
import { texts } from './apps/web/texts.ts';
import { LongestFirst } from './tools/sequencer.ts';

const globalSetup = ['packages/testing/src/global-setup.ts'].filter((file) => existsSync(file));
const workerEnd = 'packages/testing/src/worker-end.ts';

// One process runs many files: 0.5 s instead of 6 s for 40 of them. Tests therefore leave no global state.
const shared = {
  pool: 'forks',
  isolate: false,
  testTimeout: 60_000,
  hookTimeout: 120_000,
  // vitest's own second is too short for a page, or a process, on a busy machine
  expect: { poll: { timeout: 30_000 } },
} as const;

const ALONE = ['e2e/faults.test.ts', 'e2e/several-supervisors.test.ts', 'e2e/faults/**/*.test.ts'];

export default defineConfig({
  test: {
    globalSetup,
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        // texts of the web page are macros
        plugins: [guide(), texts()],
        test: {
          ...shared,
          name: 'unit',
          setupFiles: [workerEnd, 'apps/web/src/testing/english.ts'],
          include: ['{packages,apps,tools,bench}/**/*.test.{ts,tsx}'],
          sequence: { groupOrder: 0 },
        },
      },
      {
        // Journeys start whole systems, and measure no time: much of theirs goes by in waiting.
        test: {
          ...shared,
          name: 'journeys',
          setupFiles: [workerEnd],
          // on a busy machine each start takes many seconds
          testTimeout: 180_000,
          include: ['e2e/**/*.test.ts'],
          exclude: ALONE,
          sequence: { groupOrder: 1 },
        },
      },
      {
        // What kills processes and waits for what others make of it: afterwards, one at a time.
        test: {
          ...shared,
          name: 'e2e',
          setupFiles: [workerEnd],
          testTimeout: 180_000,
          include: ALONE,
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
