import type { ArgumentDefinition, Mapping } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Select, Stack, Text, TextInput } from '@mantine/core';
import { labelOf } from '../../../ui/argument-form/argument-field.tsx';
import classes from './editor.module.css';
import { FILE_PATH, choiceOf, keyFor, keyIn, sourceOf, startOf } from './source-draft.ts';

interface StepArgumentsProps {
  definitions: readonly ArgumentDefinition[];
  mapping: Mapping | undefined;
  /** Whether something leads to the step. */
  isFirst: boolean;
  /** The steps whose outputs can be taken, as people know them. */
  before: readonly { id: string; title: string }[];
  /** What is wrong, by the key of the mapping. */
  problemOf: (key: string) => string | undefined;
  onChange: (mapping: Mapping | undefined) => void;
}

/** Where the arguments of a step come from. */
export function StepArguments(props: StepArgumentsProps) {
  const { definitions, mapping, isFirst, onChange } = props;
  if (definitions.length === 0)
    return (
      <Text size="sm" c="dimmed">
        {t`It asks for no arguments.`}
      </Text>
    );
  const start = (): Mapping =>
    Object.fromEntries(
      definitions.map((definition, index) => [
        keyFor(definition, definitions),
        { from: `${isFirst ? 'input' : 'output'}[${index}]` },
      ]),
    );
  const first = labelOf(definitions[0] as ArgumentDefinition);
  return (
    <Stack gap="xs">
      <Select
        label={t`Arguments`}
        description={
          mapping === undefined &&
          t`“${first}” gets the first value there, the next argument the next one; where there is none, its default.`
        }
        allowDeselect={false}
        data={[
          {
            value: 'position',
            label: isFirst
              ? t`By position, from what the run is given`
              : t`By position, from what came before`,
          },
          { value: 'each', label: t`Chosen for each argument` },
        ]}
        value={mapping === undefined ? 'position' : 'each'}
        onChange={(way) => onChange(way === 'each' ? start() : undefined)}
      />
      {mapping !== undefined &&
        definitions.map((definition, index) => (
          <ArgumentSource
            key={definition.order}
            {...props}
            mapping={mapping}
            definition={definition}
            index={index}
          />
        ))}
    </Stack>
  );
}

interface ArgumentSourceProps extends StepArgumentsProps {
  mapping: Mapping;
  definition: ArgumentDefinition;
  index: number;
}

function ArgumentSource({
  definitions,
  mapping,
  definition,
  index,
  isFirst,
  before,
  problemOf,
  onChange,
}: ArgumentSourceProps) {
  const name = labelOf(definition);
  const isFile = definition.type === 'file';
  const key = keyIn(mapping, definition) ?? keyFor(definition, definitions);
  const choice = choiceOf(mapping[key]);
  const error = problemOf(key);
  const set = (from: string, rest: string) => {
    const { [key]: _, ...others } = mapping;
    const source = sourceOf({ from, rest });
    onChange(source === undefined ? others : { ...others, [key]: source });
  };
  const titles = new Map(before.map(({ id, title }) => [`step:${id}`, title]));
  // a step that does not come before any more is shown all the same
  if (choice.from.startsWith('step:') && !titles.has(choice.from))
    titles.set(choice.from, choice.from.slice('step:'.length));
  return (
    <div className={classes.pair}>
      <Select
        label={name}
        allowDeselect={false}
        data={[
          { value: 'default', label: t`Its default value` },
          { value: 'value', label: t`Always the same value` },
          { value: 'input', label: t`What the run is given` },
          ...(isFirst
            ? []
            : [
                {
                  value: 'output',
                  label: isFile ? t`A file of what came before` : t`Output of what came before`,
                },
              ]),
          ...[...titles].map(([value, title]) => ({
            value,
            label: isFile ? t`A file of ${title}` : t`Output of ${title}`,
          })),
          { value: 'path', label: t`Something else: a path` },
        ]}
        value={choice.from}
        error={choice.from === 'default' ? error : undefined}
        onChange={(from) => set(from ?? 'default', startOf(from ?? '', { position: index, isFile }))}
      />
      {choice.from !== 'default' && (
        <TextInput
          aria-label={choice.from === 'value' ? t`Value of ${name}` : t`Path of ${name}`}
          placeholder={choice.from === 'value' ? undefined : isFile ? FILE_PATH : 'output[0].customer.name'}
          spellCheck={false}
          autoComplete="off"
          classNames={{ input: classes.code }}
          value={choice.rest}
          error={error}
          onChange={(event) => set(choice.from, event.currentTarget.value)}
        />
      )}
    </div>
  );
}
