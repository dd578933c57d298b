import { KILL_GRACE_DEFAULT_S, LOST_AFTER_DEFAULT_S, type RetryCause } from '@argus/contract';
import { Checkbox, Group, NumberInput, Select, SimpleGrid, Stack } from '@mantine/core';
import { Panel } from '../../ui/page.tsx';
import type { FormPart } from './form-part.ts';
import classes from './task-form.module.css';

const CAUSES: Readonly<Record<RetryCause, string>> = {
  failure: 'it failed',
  timeout: 'it timed out',
  lost: 'whoever ran it was lost',
};

/** Further attempts, and what becomes of a run whose bot is not heard of. */
export function WhenItFails({ form }: FormPart) {
  const { limit, backoff } = form.values.retries;
  const hasScript = form.values.type === 'script';
  const isRetried = typeof limit === 'number' && limit > 0;
  return (
    <Panel title="When it goes wrong">
      <Stack>
        <SimpleGrid cols={{ base: 1, sm: 2 }} className={classes.pair}>
          <NumberInput
            label="Further attempts"
            description="A run that went wrong is tried again as often as this."
            placeholder="0"
            min={0}
            max={100}
            allowDecimal={false}
            {...form.getInputProps('retries.limit')}
          />
          {isRetried && (
            <NumberInput
              label="Wait before the next attempt"
              description="Seconds; 0 tries again at once."
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
            <Checkbox.Group label="Tried again when" {...form.getInputProps('retries.on')}>
              <Group gap="lg" mt={6}>
                {Object.entries(CAUSES).map(([value, label]) => (
                  <Checkbox key={value} value={value} label={label} />
                ))}
              </Group>
            </Checkbox.Group>
            <SimpleGrid cols={{ base: 1, sm: 2 }} className={classes.pair}>
              <Select
                label="Between attempts"
                description="Longer waits spare a service that is down."
                allowDeselect={false}
                data={[
                  { value: 'fixed', label: 'Always the same wait' },
                  { value: 'exponential', label: 'Twice the wait each time' },
                ]}
                {...form.getInputProps('retries.backoff')}
              />
              {backoff === 'exponential' && (
                <NumberInput
                  label="Longest wait"
                  description="Seconds that the wait grows to."
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
              label="Give a silent bot up after"
              description="Seconds without a word; then the run is lost, and ends or is tried again."
              placeholder={String(LOST_AFTER_DEFAULT_S)}
              min={30}
              max={86_400}
              allowDecimal={false}
              suffix=" s"
              {...form.getInputProps('lost_after')}
            />
            <Select
              label="A bot that cannot reach the server"
              description="Stopping makes sure that nothing runs twice."
              allowDeselect={false}
              data={[
                { value: '', label: 'Stops it only where it could run twice' },
                { value: 'stop', label: 'Stops the script in time' },
                { value: 'keep', label: 'Lets the script run to its end' },
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
    <Panel title="What a run may use">
      <Stack>
        <SimpleGrid cols={{ base: 1, sm: 2 }} className={classes.pair}>
          {limit('memory_mb', 'Memory', 'Of the script and all that it starts.', {
            min: 4,
            max: 16_777_216,
            suffix: ' MiB',
            placeholder: 'no limit',
          })}
          {limit('cpu_seconds', 'CPU time', 'Seconds of processor time, not of waiting.', {
            min: 1,
            max: 31_536_000,
            suffix: ' s',
            placeholder: 'no limit',
          })}
          {limit('processes', 'Processes', 'Processes and threads at the same time.', {
            min: 1,
            max: 1_000_000,
            suffix: '',
            placeholder: 'no limit',
          })}
          {limit('output_mb', 'Log kept', 'What is written beyond it is not kept; the run goes on.', {
            min: 1,
            max: 1_048_576,
            suffix: ' MiB',
            placeholder: '1,024',
          })}
        </SimpleGrid>
        <NumberInput
          label="Time to end by itself"
          description="Seconds between the request to stop (TERM) and the end by force (KILL)."
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
