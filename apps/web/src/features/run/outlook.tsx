import type { TaskOutlook } from '@argus/contract';
import { plural, t } from '@lingui/core/macro';
import { Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { BotIcon, ClockIcon, QueueIcon, WarningIcon } from '../../ui/icons.tsx';
import { formatDuration, sentence } from '../../ui/format.ts';
import classes from './run.module.css';

/** What a run would meet now: the bot that takes it, or what keeps it, and how long it usually takes. */
export function Outlook({ outlook }: { outlook: TaskOutlook }) {
  const { bot, reason, jobs_before, duration } = outlook;
  return (
    <div className={classes.outlook} role="status" aria-label={t`What to expect`}>
      {bot && <Line icon={<BotIcon />}>{takenText(bot.hostname)}</Line>}
      {reason && (
        <Line icon={<WarningIcon />} warns>
          {waitsText(sentence(reason))}
        </Line>
      )}
      {jobs_before > 0 && <Line icon={<QueueIcon />}>{aheadText(jobs_before)}</Line>}
      {duration && <Line icon={<ClockIcon />}>{durationText(duration)}</Line>}
    </div>
  );
}

function takenText(hostname: string): string {
  return t`${hostname} takes it now.`;
}

function waitsText(reason: string): string {
  return t`It would wait. ${reason}`;
}

function aheadText(jobs: number): string {
  return plural(jobs, { one: '# job goes before it.', other: '# jobs go before it.' });
}

export function durationText({ runs, median_ms, p90_ms }: NonNullable<TaskOutlook['duration']>): string {
  const usual = formatDuration(median_ms);
  const long = formatDuration(p90_ms);
  if (runs < 5) return t`Took ${usual} lately.`;
  return t`Usually takes ${usual}; nine of ten runs are done within ${long}.`;
}

function Line({ icon, warns = false, children }: { icon: ReactNode; warns?: boolean; children: string }) {
  return (
    <Group gap={6} wrap="nowrap" align="flex-start" className={warns ? classes.warning : undefined}>
      <span className={classes.icon}>{icon}</span>
      <Text size="sm" component="span">
        {children}
      </Text>
    </Group>
  );
}
