import type { Schedule } from '@argus/contract';
import { t } from '@lingui/core/macro';
import {
  Button,
  Group,
  NumberInput,
  SegmentedControl,
  Select,
  SimpleGrid,
  Stack,
  Text,
  TextInput,
} from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { cronWords, usualHours } from '../../ui/schedule-words.ts';
import { CATCH_UP_USUAL, UNITS, type ScheduleDraft } from './schedule-draft.ts';
import classes from './schedules.module.css';
import { ZoneSelect } from './zone-select.tsx';

interface FormPart {
  form: UseFormReturnType<ScheduleDraft>;
}

/** Once, every so often, or by cron; and on whose clocks. */
export function WhenItRuns({ form }: FormPart) {
  const { mode } = form.values;
  return (
    <>
      <SegmentedControl
        aria-label={t`How often`}
        value={mode}
        onChange={(chosen) => form.setFieldValue('mode', chosen)}
        data={[
          { value: 'date', label: t`Once` },
          { value: 'interval', label: t`Every …` },
          { value: 'cron', label: t`Cron` },
        ]}
        w="fit-content"
      />
      {mode === 'cron' && <CronInput form={form} />}
      {mode === 'interval' && <IntervalInput form={form} />}
      <SimpleGrid cols={{ base: 1, sm: 2 }} className={classes.pair}>
        {mode === 'date' && (
          <TextInput
            label={t`Date and time`}
            description={t`On the clocks of the time zone.`}
            type="datetime-local"
            withAsterisk
            {...form.getInputProps('date')}
          />
        )}
        <ZoneSelect {...form.getInputProps('timezone')} />
        {mode !== 'date' && (
          <TextInput
            label={t`First run`}
            description={t`Nothing runs before it. Empty: as soon as it is due.`}
            type="datetime-local"
            {...form.getInputProps('first')}
          />
        )}
      </SimpleGrid>
    </>
  );
}

const UNIT_LABELS: Readonly<Record<(typeof UNITS)[number], string>> = {
  seconds: t`seconds`,
  minutes: t`minutes`,
  hours: t`hours`,
  days: t`days`,
  weeks: t`weeks`,
};

function IntervalInput({ form }: FormPart) {
  return (
    <div>
      <Group gap="xs" align="flex-start">
        <NumberInput label={t`Every`} min={1} allowDecimal={false} w={110} {...form.getInputProps('count')} />
        <Select
          label={t`Unit`}
          allowDeselect={false}
          data={UNITS.map((value) => ({ value, label: UNIT_LABELS[value] }))}
          w={130}
          {...form.getInputProps('unit')}
        />
      </Group>
      <Text size="xs" c="dimmed" mt={4}>
        {t`By the stopwatch: a day is 24 hours, whatever clocks do. For a time of the day choose Cron.`}
      </Text>
    </div>
  );
}

const EXAMPLES: readonly (readonly [label: string, pattern: string])[] = [
  [t`Each night`, '0 3 * * *'],
  [t`Weekdays`, '0 9 * * 1-5'],
  [t`Each hour`, '0 * * * *'],
  [t`Mondays`, '0 9 * * 1'],
  [t`First of the month`, '0 0 1 * *'],
  [t`Last of the month`, '0 0 L * *'],
];

function CronInput({ form }: FormPart) {
  const words = cronWords(form.values.cron);
  return (
    <div>
      <TextInput
        label={t`Cron pattern`}
        description={t`Minute, hour, day of the month, month, weekday. A star is each of them; * * * * * is every minute.`}
        placeholder="0 3 * * *"
        withAsterisk
        maxLength={200}
        spellCheck={false}
        autoComplete="off"
        classNames={{ input: classes.code }}
        {...form.getInputProps('cron')}
      />
      <Text size="sm" mt={4} role="status" mih="1.55em">
        {words && t`Runs ${words}.`}
      </Text>
      <Group gap={4} mt={4}>
        {EXAMPLES.map(([label, pattern]) => (
          <Button
            key={pattern}
            size="compact-xs"
            variant="default"
            title={pattern}
            onClick={() => form.setFieldValue('cron', pattern)}
          >
            {label}
          </Button>
        ))}
      </Group>
    </div>
  );
}

const MISSING: Readonly<Record<Schedule['missing_hour'], string>> = {
  shift: t`Runs after the jump`,
  skip: t`Leaves it out`,
};
const REPEATED: Readonly<Record<Schedule['repeated_hour'], string>> = {
  first: t`Runs the first time`,
  last: t`Runs the second time`,
  both: t`Runs both times`,
};
const MISSED: Readonly<Record<Schedule['missed'], string>> = {
  once: t`One run for all of them (default)`,
  skip: t`No run`,
  catch_up: t`A run for each of the last ones`,
};
const OVERLAP: Readonly<Record<Schedule['overlap'], string>> = {
  skip: t`Lets this one pass (default)`,
  queue: t`Starts another run as well`,
  cancel: t`Stops the last run, then starts`,
};

const defaultText = (label: string) => t`${label} (default)`;

function choices(labels: Readonly<Record<string, string>>) {
  return Object.entries(labels).map(([value, label]) => ({ value, label }));
}

/** What becomes of due times that do not fit: of a change of clocks, of a time that passed, of a run that goes on. */
export function WhenItIsOff({ form }: FormPart) {
  const { mode, cron, missed, missing_hour, repeated_hour, overlap, catch_up_limit } = form.values;
  const usual = usualHours(cron);
  const isChosen =
    missed !== 'once' ||
    overlap !== 'skip' ||
    catch_up_limit !== '' ||
    missing_hour !== '' ||
    repeated_hour !== '';
  return (
    <details className={classes.fold} open={isChosen || undefined}>
      <summary>{t`Advanced`}</summary>
      <Stack gap="sm" mt="xs">
        <SimpleGrid cols={{ base: 1, sm: 2 }} className={classes.pair}>
          {mode === 'cron' && (
            <>
              <Select
                label={t`Hour that is missing`}
                description={t`In spring clocks leave one out: 02:30 would run at 03:30.`}
                allowDeselect={false}
                data={[
                  { value: '', label: defaultText(MISSING[usual.missing_hour]) },
                  ...choices(MISSING).filter(({ value }) => value !== usual.missing_hour),
                ]}
                {...form.getInputProps('missing_hour')}
                value={missing_hour === usual.missing_hour ? '' : missing_hour}
              />
              <Select
                label={t`Hour that comes twice`}
                description={t`In autumn clocks repeat one.`}
                allowDeselect={false}
                data={[
                  { value: '', label: defaultText(REPEATED[usual.repeated_hour]) },
                  ...choices(REPEATED).filter(({ value }) => value !== usual.repeated_hour),
                ]}
                {...form.getInputProps('repeated_hour')}
                value={repeated_hour === usual.repeated_hour ? '' : repeated_hour}
              />
            </>
          )}
          <Select
            label={t`Missed runs`}
            description={t`Due while the server was down, a minute or longer ago.`}
            allowDeselect={false}
            data={choices(MISSED)}
            {...form.getInputProps('missed')}
          />
          {missed === 'catch_up' && (
            <NumberInput
              label={t`Runs to catch up with`}
              description={t`At most so many, the last of them.`}
              placeholder={String(CATCH_UP_USUAL)}
              min={1}
              max={100}
              allowDecimal={false}
              {...form.getInputProps('catch_up_limit')}
            />
          )}
          {mode !== 'date' && (
            <Select
              label={t`Its last run has not ended`}
              description={t`When the next one is due already.`}
              allowDeselect={false}
              data={choices(OVERLAP)}
              {...form.getInputProps('overlap')}
            />
          )}
        </SimpleGrid>
      </Stack>
    </details>
  );
}
