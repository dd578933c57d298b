import { t } from '@lingui/core/macro';
import { Skeleton } from '@mantine/core';

/** The place of what is awaited: `height` in px, or in a CSS unit. A name is allowed on an element with a role alone (ARIA 1.2). */
export function Loading({ height }: { height: number | string }) {
  return <Skeleton height={height} role="status" aria-label={t`Loading`} />;
}
