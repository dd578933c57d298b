import { ArgusApiError } from '@argus/client';
import type { SchedulePreview, SchedulePreviewRequest } from '@argus/contract';
import { plural, t } from '@lingui/core/macro';
import { Alert, Badge, Stack, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useClient, useCustomer } from '../../api/hooks.ts';
import { sentence } from '../../api/sentences/said.ts';
import { WarningIcon } from '../../ui/icons.tsx';
import { Countdown, ZonedTime } from '../../ui/times.tsx';
import { MARKS } from './marks.ts';
import classes from './schedules.module.css';
import { Loading } from '../../ui/loading.tsx';

const TYPING_MS = 300;

/** The next runs of a timing, asked of the server whenever it changes. */
export function Preview({ timing }: { timing: SchedulePreviewRequest }) {
  const client = useClient();
  const customer = useCustomer();
  const wanted = JSON.stringify(timing);
  const [asked] = useDebouncedValue(wanted, TYPING_MS);
  const { data, error, isPlaceholderData } = useQuery({
    queryKey: ['previewSchedule', customer, asked],
    queryFn: ({ signal }) =>
      client.previewSchedule({ body: JSON.parse(asked) as SchedulePreviewRequest, signal }),
    placeholderData: keepPreviousData,
  });
  if (error)
    return (
      <Text size="sm" c="dimmed" role="status">
        {problemText(error)}
      </Text>
    );
  if (data === undefined) return <Loading height={200} />;
  return (
    <div {...((isPlaceholderData || asked !== wanted) && { className: classes.stale, 'aria-busy': true })}>
      <Runs preview={data} timezone={timing.timezone ?? 'UTC'} />
    </div>
  );
}

/** While something is half typed this is no error yet: it says what is missing. */
function problemText(error: Error): string {
  const [first] = error instanceof ArgusApiError ? error.errors : [];
  if (first === undefined) return error.message;
  const problem = sentence(first.message).toLowerCase();
  return t`No runs to show yet: it ${problem}`;
}

function Runs({ preview, timezone }: { preview: SchedulePreview; timezone: string }) {
  const { runs, left_out } = preview;
  if (runs.length === 0)
    return (
      <Alert color="orange" variant="light" icon={<WarningIcon />} role="status">
        {t`It would not run any more: this time has passed.`}
      </Alert>
    );
  return (
    <Stack gap="sm">
      <ol className={classes.runs} aria-label={t`Next runs`}>
        {runs.map(({ at, mark }, index) => (
          <li key={at} className={classes.run} data-mark={mark ?? undefined}>
            <ZonedTime at={at} timezone={timezone} />
            {index === 0 && (
              <Text span size="sm" c="dimmed">
                <Countdown to={at} />
              </Text>
            )}
            {mark && (
              <Badge size="sm" variant="light" color={mark === 'clock_changed' ? 'gray' : 'orange'} tt="none">
                {MARKS[mark]}
              </Badge>
            )}
          </li>
        ))}
      </ol>
      {left_out.length > 0 && (
        <Text size="sm" c="dimmed" role="note">
          {leftOutText(left_out)}
        </Text>
      )}
    </Stack>
  );
}

function leftOutText(times: readonly string[]): string {
  const list = times.join(', ');
  return plural(times.length, {
    one: `Left out, since the clocks jump over it: ${list}.`,
    other: `Left out, since the clocks jump over them: ${list}.`,
  });
}
