import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take longer than their size tells, the longest first. */
const LONG = [
  'e2e/pages.test.ts',
  'e2e/backup.test.ts',
  'e2e/guide-journeys.test.ts',
  'e2e/automatic.test.ts',
  'apps/supervisor/src/role-matrix.test.ts',
  'packages/postgres/src/cluster.test.ts',
  'apps/supervisor/src/bad-input.test.ts',
  'apps/supervisor/src/generated-requests.test.ts',
  'apps/bot/src/run/limits.test.ts',
];

/**
 * The longest files of a project first, so that no worker is left alone with one at the end. What the last run took,
 * vitest knows by itself; where there was none it goes by size, which is right but for a few.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const projects = [...new Set(sorted.map(({ project }) => project))];
    const rank = ({ moduleId }: TestSpecification) => {
      const index = LONG.findIndex((name) => moduleId.endsWith(`/${name}`));
      return index < 0 ? LONG.length : index;
    };
    return projects.flatMap((one) =>
      sorted.filter(({ project }) => project === one).toSorted((a, b) => rank(a) - rank(b)),
    );
  }
}
