import type { ArgumentDefinition } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Button, Group, Text } from '@mantine/core';
import { labelOf } from '../../ui/argument-form/argument-field.tsx';
import type { EarlierValue } from '../../ui/argument-form/values.ts';
import { Ago } from '../../ui/times.tsx';
import classes from './run.module.css';

/** What somebody gave a run, by position. */
export interface ValueSet {
  /** Of the job or run that it was given. */
  id: string;
  at: string;
  values: readonly (string | null)[];
  /** The values with files that the server still has. */
  start?: readonly EarlierValue[];
}

interface LastValuesProps {
  sets: readonly ValueSet[];
  definitions: readonly ArgumentDefinition[];
  chosen: string | undefined;
  onChoose: (set: ValueSet) => void;
}

/** What this person gave it before: choosing one fills the form with it. */
export function LastValues({ sets, definitions, chosen, onChoose }: LastValuesProps) {
  if (sets.length === 0 || definitions.length === 0) return null;
  return (
    <div role="group" aria-label={t`Your last values`} className={classes.sets}>
      <Text size="xs" c="dimmed">
        {t`Your last values`}
      </Text>
      <Group gap={6}>
        {sets.map((set) => (
          <Button
            key={set.id}
            size="compact-sm"
            variant={set.id === chosen ? 'light' : 'default'}
            aria-pressed={set.id === chosen}
            title={detailsOf(set, definitions)}
            onClick={() => onChoose(set)}
            classNames={{ root: classes.set }}
            rightSection={
              <Text size="xs" component="span" {...(set.id !== chosen && { c: 'dimmed' })}>
                <Ago at={set.at} />
              </Text>
            }
          >
            {shortOf(set, definitions)}
          </Button>
        ))}
      </Group>
    </div>
  );
}

/** The values that tell one set from another, in few words. */
function shortOf({ values }: ValueSet, definitions: readonly ArgumentDefinition[]): string {
  const shown = definitions.flatMap(({ order }) => (values[order] ? [values[order].slice(0, 40)] : []));
  return shown.join(' · ') || t`nothing`;
}

function detailsOf({ values }: ValueSet, definitions: readonly ArgumentDefinition[]): string {
  return definitions
    .map((definition) => `${labelOf(definition)}: ${(values[definition.order] ?? '••••').slice(0, 200)}`)
    .join('\n');
}
