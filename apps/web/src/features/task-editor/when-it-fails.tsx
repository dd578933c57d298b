import { KILL_GRACE_DEFAULT_S, LOST_AFTER_DEFAULT_S, type RetryCause } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Checkbox, Group, NumberInput, Select, SimpleGrid, Stack } from '@mantine/core';
import { Panel } from '../../ui/page.tsx';
import type { FormPart } from './form-part.ts';
import classes from './task-form.module.css';

const CAUSES: Readonly<Record<RetryCause, string>> = {
  failure: t`it failed`,
  timeout: t`it timed out`,
  lost: t`whoever ran it was lost`,
};

/** Further attempts, and what becomes of a run whose bot is not heard of. */
export function WhenItFails({ form }: FormPart) {
  const { limit, backoff } = form.values.retries;
  const hasScript = form.values.type === 'script';
  const isRetried = typeof limit === 'number' && limit > 0;
  return (
    <Panel title={t`When it goes wrong`}>
      <Stack>
        <SimpleGrid cols={{ base: 1, sm: 2 }} className={classes.pair}>
          <NumberInput
            label={t`Further attempts`}
            description={t`A run that went wrong is tried again as often as this.`}
            placeholder="0"
            min={0}
            max={100}
            allowDecimal={false}
            {...form.getInputProps('retries.limit')}
          />
          {isRetried && (
            <NumberInput
              label={t`Wait before the next attempt`}
              description={t`Seconds; 0 tries again at once.`}
              placeholder="10"
              min={0}
              max={86_400}
              allowDecimal={false}
              suffix=" s"
              {...form.getInputProps('retries.delay')}
            />
          )}
        </SimpleGrid>
        {isRetried && (
          <>
            <Checkbox.Group label={t`Tried again when`} {...form.getInputProps('retries.on')}>
              <Group gap="lg" mt={6}>
                {Object.entries(CAUSES).map(([value, label]) => (
                  <Checkbox key={value} value={value} label={label} />
                ))}
              </Group>
            </Checkbox.Group>
            <SimpleGrid cols={{ base: 1, sm: 2 }} className={classes.pair}>
              <Select
                label={t`Between attempts`}
                description={t`Longer waits spare a service that is down.`}
                allowDeselect={false}
                data={[
                  { value: 'fixed', label: t`Always the same wait` },
                  { value: 'exponential', label: t`Twice the wait each time` },
                ]}
                {...form.getInputProps('retries.backoff')}
              />
              {backoff === 'exponential' && (
                <NumberInput
                  label={t`Longest wait`}
                  description={t`Seconds that the wait grows to.`}
                  placeholder="3600"
                  min={0}
                  max={86_400}
                  allowDecimal={false}
                  suffix=" s"
                  {...form.getInputProps('retries.max_delay')}
                />
              )}
            </SimpleGrid>
          </>
        )}
        {hasScript && (
          <SimpleGrid cols={{ base: 1, sm: 2 }} className={classes.pair}>
            <NumberInput
              label={t`Give a silent bot up after`}
              description={t`Seconds without a word; then the run is lost, and ends or is tried again.`}
              placeholder={String(LOST_AFTER_DEFAULT_S)}
              min={30}
              max={86_400}
              allowDecimal={false}
              suffix=" s"
              {...form.getInputProps('lost_after')}
            />
            <Select
              label={t`A bot that cannot reach the server`}
              description={t`Stopping makes sure that nothing runs twice.`}
              allowDeselect={false}
              data={[
                { value: '', label: t`Stops it only where it could run twice` },
                { value: 'stop', label: t`Stops the script in time` },
                { value: 'keep', label: t`Lets the script run to its end` },
              ]}
              {...form.getInputProps('on_lost')}
            />
          </SimpleGrid>
        )}
      </Stack>
    </Panel>
  );
}

/** What a run may use. Whatever reaches a limit is stopped, and its job says so. */
export function WhatItMayUse({ form }: FormPart) {
  const limit = (
    name: keyof typeof form.values.limits,
    label: string,
    description: string,
    more: { min: number; max: number; suffix: string; placeholder: string },
  ) => (
    <NumberInput
      label={label}
      description={description}
      allowDecimal={false}
      thousandSeparator
      {...more}
      {...form.getInputProps(`limits.${name}`)}
    />
  );
  return (
    <Panel title={t`What a run may use`}>
      <Stack>
        <SimpleGrid cols={{ base: 1, sm: 2 }} className={classes.pair}>
          {limit('memory_mb', t`Memory`, t`Of the script and all that it starts.`, {
            min: 4,
            max: 16_777_216,
            suffix: ' MiB',
            placeholder: t`no limit`,
          })}
          {limit('cpu_seconds', t`CPU time`, t`Seconds of processor time, not of waiting.`, {
            min: 1,
            max: 31_536_000,
            suffix: ' s',
            placeholder: t`no limit`,
          })}
          {limit('processes', t`Processes`, t`Processes and threads at the same time.`, {
            min: 1,
            max: 1_000_000,
            suffix: '',
            placeholder: t`no limit`,
          })}
          {limit('output_mb', t`Log kept`, t`What is written beyond it is not kept; the run goes on.`, {
            min: 1,
            max: 1_048_576,
            suffix: ' MiB',
            placeholder: '1,024',
          })}
        </SimpleGrid>
        <NumberInput
          label={t`Time to end by itself`}
          description={t`Seconds between the request to stop (TERM) and the end by force (KILL).`}
          placeholder={String(KILL_GRACE_DEFAULT_S)}
          min={0}
          max={300}
          allowDecimal={false}
          suffix=" s"
          maw={420}
          {...form.getInputProps('kill_grace')}
        />
      </Stack>
    </Panel>
  );
}
