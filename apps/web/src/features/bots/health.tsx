import type { Host } from '@argus/contract';
import { plural, t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { Alert, Progress, Stack, Text } from '@mantine/core';
import { Fragment, type ReactNode } from 'react';
import { WarningIcon } from '../../ui/icons.tsx';
import { numberText } from '../../ui/locale.ts';
import { Facts, Panel } from '../../ui/page.tsx';
import { Ago, useNow } from '../../ui/times.tsx';
import {
  isBelowFloor,
  OLD_AFTER_MS,
  shortagesOf,
  sizeOf,
  type Health,
  type Shortage,
} from './health-rules.ts';
import classes from './bots-page.module.css';

function sizeText(bytes: number): string {
  const { value, unit } = sizeOf(bytes);
  return `${numberText(value)}\u00A0${unit}`;
}

/** The first of two sizes, without its unit where that is the one of the second. */
function partText(bytes: number, whole: number): string {
  const { value, unit } = sizeOf(bytes);
  return unit === sizeOf(whole).unit ? numberText(value) : sizeText(bytes);
}

/** How a machine is, in a line; with its time where that is not of now. */
export function HealthLine({ health }: { health: Host['health'] }) {
  const now = useNow(health !== null);
  if (health === null) return null;
  const { cpu_percent, memory_total_bytes, memory_available_bytes, disk_free_bytes } = health;
  const used = partText(memory_total_bytes - memory_available_bytes, memory_total_bytes);
  const total = sizeText(memory_total_bytes);
  const texts = [t`memory ${used} of ${total}`];
  if (cpu_percent !== null) {
    const percent = numberText(Math.round(cpu_percent));
    texts.unshift(t`CPU ${percent} %`);
  }
  if (disk_free_bytes !== null) {
    const free = sizeText(disk_free_bytes);
    texts.push(t`disk ${free} free`);
  }
  return (
    <Text size="xs" c="dimmed">
      {texts.map((text, place) => (
        <Fragment key={text}>
          {place > 0 && ' · '}
          <span className={classes.part}>{text}</span>
        </Fragment>
      ))}
      {now - Date.parse(health.at) > OLD_AFTER_MS && (
        <>
          {' · '}
          <Ago at={health.at} />
        </>
      )}
    </Text>
  );
}

function shortageText(shortage: Shortage, health: Health): string {
  if (shortage === 'memory') {
    const available = partText(health.memory_available_bytes, health.memory_total_bytes);
    const total = sizeText(health.memory_total_bytes);
    return t`Memory almost used up: ${available} of ${total} available`;
  }
  const [freeBytes, all] = [health.disk_free_bytes ?? 0, health.disk_total_bytes ?? 0];
  const free = partText(freeBytes, all);
  const total = sizeText(all);
  return t`Disk almost full: ${free} of ${total} free`;
}

/** What a machine has almost nothing left of, in words. That its disk keeps it from working the bot says itself. */
function warnings({ health, info }: Host): Shortage[] {
  if (health === null) return [];
  const isSaid = info?.problem != null && isBelowFloor(health);
  return shortagesOf(health).filter((shortage) => shortage !== 'disk' || !isSaid);
}

/** The warnings about a machine, short. */
export function HealthWarnings({ host }: { host: Host }) {
  const { health } = host;
  return (
    health !== null &&
    warnings(host).map((shortage) => (
      <Text key={shortage} size="xs" mt={4}>
        <Text span inherit c="orange">
          <WarningIcon size={12} />
        </Text>{' '}
        {shortageText(shortage, health)}
      </Text>
    ))
  );
}

/** How a machine is, with all that is known of it, and what to do where that is bad. */
export function HealthPanel({ host }: { host: Host }) {
  const { health, kind } = host;
  if (kind === 'agent') return null;
  return (
    <Panel title={t`Health`}>
      {health === null ? (
        <Text size="sm" c="dimmed">
          <Trans>It has not told yet how its machine is. Bots of older versions do not: upgrade it.</Trans>
        </Text>
      ) : (
        <Stack gap="sm">
          {warnings(host).map((shortage) => (
            <Alert
              key={shortage}
              color="orange"
              variant="light"
              icon={<WarningIcon />}
              title={shortageText(shortage, health)}
            >
              {shortage === 'disk' ? <DiskAdvice health={health} /> : <MemoryAdvice />}
            </Alert>
          ))}
          <Facts facts={factsOf(health)} />
        </Stack>
      )}
    </Panel>
  );
}

function floorText({ disk_min_free_bytes }: Health): string {
  const floor = numberText(Math.round((disk_min_free_bytes / 2 ** 20) * 10) / 10);
  return `${floor}\u00A0MiB`;
}

function DiskAdvice({ health }: { health: Health }) {
  const floor = floorText(health);
  return (
    <Trans>
      Make room on it. With less than {floor} free the bot takes no jobs, and starts none that it already has;
      scripts that run go on. With room again it goes on by itself.
    </Trans>
  );
}

function MemoryAdvice() {
  return (
    <Trans>
      Its system may end scripts for want of memory. Let it run fewer at once (Edit), or give tasks a limit of
      memory.
    </Trans>
  );
}

function factsOf(health: Health): (readonly [name: string, value: ReactNode])[] {
  const { cpu_percent, cpu_count, load, memory_total_bytes, disk_total_bytes, disk_free_bytes, at } = health;
  const shortages = shortagesOf(health);
  const usedBytes = memory_total_bytes - health.memory_available_bytes;
  const used = partText(usedBytes, memory_total_bytes);
  const memory = sizeText(memory_total_bytes);
  const percent = numberText(Math.round(cpu_percent ?? 0));
  const loadText = numberText(load ?? 0);
  const floor = floorText(health);
  const count = plural(cpu_count, { one: '# processor', other: '# processors' });
  return [
    [
      t`CPU`,
      cpu_percent === null ? (
        t`${count}, not measured yet`
      ) : (
        <Share key="cpu" label={t`CPU`} percent={cpu_percent}>
          {t`${percent} % of ${count}`}
        </Share>
      ),
    ],
    ...(load === null ? [] : [[t`Load`, t`${loadText} over one minute`] as const]),
    [
      t`Memory`,
      <Share
        key="memory"
        label={t`Memory`}
        percent={percentOf(usedBytes, memory_total_bytes)}
        isShort={shortages.includes('memory')}
      >
        {t`${used} of ${memory} in use`}
      </Share>,
    ],
    ...(disk_total_bytes === null || disk_free_bytes === null
      ? []
      : [
          [
            t`Disk`,
            <Share
              key="disk"
              label={t`Disk`}
              percent={percentOf(disk_total_bytes - disk_free_bytes, disk_total_bytes)}
              isShort={shortages.includes('disk')}
            >
              {diskText(disk_free_bytes, disk_total_bytes)}
            </Share>,
          ] as const,
        ]),
    [t`Free disk it needs`, t`${floor}; with less it takes no jobs`],
    [t`Measured`, <Ago key="at" at={at} />],
  ];
}

function diskText(free: number, all: number): string {
  const [part, whole] = [partText(free, all), sizeText(all)];
  return t`${part} of ${whole} free`;
}

function percentOf(part: number, whole: number): number {
  return whole > 0 ? (part / whole) * 100 : 0;
}

interface ShareProps {
  label: string;
  /** How much is in use. */
  percent: number;
  isShort?: boolean;
  children: ReactNode;
}

/** A share in words, and as a bar. */
function Share({ label, percent, isShort = false, children }: ShareProps) {
  return (
    <>
      {children}
      <Progress value={percent} size="sm" mt={4} aria-label={label} {...(isShort && { color: 'orange' })} />
    </>
  );
}
