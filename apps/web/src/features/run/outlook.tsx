import type { TaskOutlook } from '@argus/contract';
import { plural, t } from '@lingui/core/macro';
import { Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { BotIcon, ClockIcon, QueueIcon, WarningIcon } from '../../ui/icons.tsx';
import { sentence } from '../../api/sentences/said.ts';
import { formatDuration } from '../../ui/format.ts';
import classes from './run.module.css';

/** The bot that takes a run may change while somebody fills in the form, and no stream tells of bots. */
export const OUTLOOK_MS = 5_000;

/** What a run would meet now: the bot that takes it, or what keeps it, and how long it usually takes. */
export function Outlook({ outlook }: { outlook: TaskOutlook }) {
  const { bot, reason, jobs_before, duration } = outlook;
  return (
    <OutlookBox>
      {bot && <Line icon={<BotIcon />}>{takenText(bot.hostname)}</Line>}
      {reason && (
        <Line icon={<WarningIcon />} warns>
          {waitsText(sentence(reason))}
        </Line>
      )}
      {jobs_before > 0 && <Line icon={<QueueIcon />}>{aheadText(jobs_before)}</Line>}
      <DurationLine duration={duration} />
    </OutlookBox>
  );
}

/** Where it is told what a run would meet. */
export function OutlookBox({ children }: { children: ReactNode }) {
  return (
    <div className={classes.outlook} role="status" aria-label={t`What to expect`}>
      {children}
    </div>
  );
}

/** How long runs usually take; nothing where none is known. */
export function DurationLine({ duration }: Pick<TaskOutlook, 'duration'>) {
  return duration && <Line icon={<ClockIcon />}>{durationText(duration)}</Line>;
}

function takenText(hostname: string): string {
  return t`${hostname} takes it now.`;
}

function waitsText(reason: string): string {
  return t`It would wait. ${reason}`;
}

export function aheadText(jobs: number): string {
  return plural(jobs, { one: '# job goes before it.', other: '# jobs go before it.' });
}

function durationText({ runs, median_ms, p90_ms }: NonNullable<TaskOutlook['duration']>): string {
  const usual = formatDuration(median_ms);
  const long = formatDuration(p90_ms);
  if (runs < 5) return t`Took ${usual} lately.`;
  return t`Usually takes ${usual}; nine of ten runs are done within ${long}.`;
}

interface LineProps {
  icon: ReactNode;
  warns?: boolean;
  children: ReactNode;
}

export function Line({ icon, warns = false, children }: LineProps) {
  return (
    <Group gap={6} wrap="nowrap" align="flex-start" className={warns ? classes.warning : undefined}>
      <span className={classes.icon}>{icon}</span>
      <Text size="sm" component="span">
        {children}
      </Text>
    </Group>
  );
}
