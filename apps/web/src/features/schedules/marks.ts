import type { SchedulePreview } from '@argus/contract';
import { t } from '@lingui/core/macro';

/** What a change of clocks does to a run. */
export const MARKS: Readonly<Record<NonNullable<SchedulePreview['runs'][number]['mark']>, string>> = {
  shifted: t`moved: this hour does not exist`,
  first_of_two: t`first of two: this hour comes twice`,
  last_of_two: t`second of two: this hour comes twice`,
  clock_changed: t`the clocks have changed`,
};
