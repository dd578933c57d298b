import type { WorkflowStep } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { NumberInput, Stack } from '@mantine/core';
import { EnvField } from '../../../ui/env-field.tsx';
import classes from './editor.module.css';
import { useText } from './use-text.ts';

type Change = { [K in keyof WorkflowStep]?: WorkflowStep[K] | undefined };

interface StepLimitsProps {
  step: WorkflowStep;
  problemOf: (field: string) => string | undefined;
  onChange: (change: Change, touched: string) => void;
}

/** How a step runs, in place of what its task says. */
export function StepLimits({ step, problemOf, onChange }: StepLimitsProps) {
  const { timeout, retries, priority, grace_time, env } = step;
  const number = (value: number | string) => (typeof value === 'number' ? value : undefined);
  const limit = typeof retries === 'object' ? retries.limit : retries;
  const isTask = step.workflow === undefined;
  const isSet = [timeout, retries, priority, grace_time, env].some((one) => one !== undefined);
  return (
    <details className={classes.fold} open={isSet || undefined}>
      <summary>{t`How it runs here`}</summary>
      <Stack gap="xs" mt="xs">
        {isTask && (
          <div className={classes.pair}>
            <NumberInput
              label={t`Timeout`}
              placeholder={t`as its task`}
              min={1}
              max={86_400}
              allowDecimal={false}
              suffix=" s"
              value={timeout ?? ''}
              error={problemOf('timeout')}
              onChange={(value) => onChange({ timeout: number(value) }, 'timeout')}
            />
            <NumberInput
              label={t`Further attempts`}
              placeholder={t`as its task`}
              min={0}
              max={100}
              allowDecimal={false}
              value={limit ?? ''}
              error={problemOf('retries')}
              onChange={(value) => onChange({ retries: retriesWith(retries, number(value)) }, 'retries')}
            />
          </div>
        )}
        <div className={classes.pair}>
          {isTask && (
            <NumberInput
              label={t`Priority`}
              placeholder={t`as its task`}
              min={-100}
              max={100}
              allowDecimal={false}
              value={priority ?? ''}
              error={problemOf('priority')}
              onChange={(value) => onChange({ priority: number(value) }, 'priority')}
            />
          )}
          <NumberInput
            label={t`Waits before`}
            placeholder={isTask ? t`as its task` : '0'}
            min={0}
            max={2_592_000}
            allowDecimal={false}
            suffix=" s"
            value={grace_time ?? ''}
            error={problemOf('grace_time')}
            onChange={(value) => onChange({ grace_time: number(value) }, 'grace_time')}
          />
        </div>
        {isTask && (
          <EnvInput
            key={step.id}
            env={env}
            error={problemOf('env')}
            onChange={(next) => onChange({ env: next }, 'env')}
          />
        )}
      </Stack>
    </details>
  );
}

function retriesWith(
  old: WorkflowStep['retries'],
  limit: number | undefined,
): WorkflowStep['retries'] | undefined {
  return typeof old === 'object' && limit !== undefined && limit > 0 ? { ...old, limit } : limit;
}

interface EnvInputProps {
  env: WorkflowStep['env'];
  error: string | undefined;
  onChange: (env: WorkflowStep['env'] | undefined) => void;
}

function EnvInput({ env, error, onChange }: EnvInputProps) {
  const [text, setText] = useText(env, readEnv, envText);
  const bad = text.split('\n').find((line) => line.trim() !== '' && !/^\s*[^=\s]+=/.test(line));
  const badLine = bad?.trim() ?? '';
  return (
    <EnvField
      description={t`One KEY=value a line, before what its task has. Only admins see it.`}
      maxRows={10}
      value={text}
      error={error ?? (bad === undefined ? undefined : t`“${badLine}” is no KEY=value`)}
      onChange={(next) => {
        setText(next);
        onChange(readEnv(next));
      }}
    />
  );
}

function readEnv(text: string): Record<string, string> | undefined {
  const entries = text.split('\n').flatMap((line) => {
    const [, name, value] = /^\s*([^=\s]+)=(.*)$/.exec(line) ?? [];
    return name === undefined ? [] : [[name, value ?? ''] as const];
  });
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

function envText(env: Record<string, string> | undefined): string {
  return Object.entries(env ?? {})
    .map(([name, value]) => `${name}=${value}`)
    .join('\n');
}
