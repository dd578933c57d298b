import { Trans } from '@lingui/react/macro';
import { Ago } from '../../ui/times.tsx';

/** When something was made, and by whom where that is known. */
export function MadeBy({ at, by }: { at: string; by: string | null }) {
  if (by === null) return <Ago at={at} />;
  return (
    <Trans>
      <Ago at={at} /> by {by}
    </Trans>
  );
}
