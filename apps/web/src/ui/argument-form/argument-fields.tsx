import type { ArgumentDefinition } from '@argus/contract';
import { useState } from 'react';
import { ArgumentField } from './argument-field.tsx';
import {
  type EarlierValue,
  initialValues,
  keepableValues,
  validate,
  valueOf,
  type FormErrors,
  type FormValue,
  type FormValues,
} from './values.ts';

/** What a form holds of the arguments that it asks for. */
export interface ArgumentState {
  values: FormValues;
  problems: FormErrors;
  change: (order: number, value: FormValue) => void;
  /** What was changed, as far as a browser may keep it; undefined where nothing was. */
  changes: FormValues | undefined;
  /** Back to what it started with, but for a draft. */
  reset: () => void;
  /** The values to send, in order; undefined where one is wrong, which its input then says. */
  check: () => (FormValue | null)[] | undefined;
}

/**
 * The values of arguments as they are typed, held against the rules of the contract; `checked`: from the start. `kept`:
 * those that a draft has in place of what it starts with.
 */
export function useArguments(
  definitions: readonly ArgumentDefinition[],
  earlier?: readonly EarlierValue[],
  checked = false,
  kept?: FormValues,
): ArgumentState {
  const [start] = useState(() => initialValues(definitions, earlier));
  const [values, setValues] = useState(() => ({ ...start, ...kept }));
  const keepable = keepableValues(definitions, values);
  const isChanged = JSON.stringify(keepable) !== JSON.stringify(keepableValues(definitions, start));
  const [isChecked, setChecked] = useState(checked);
  // once it was looked at as a whole, each change tells whether it is right now
  const problems = isChecked ? validate(definitions, values) : {};
  return {
    values,
    problems,
    changes: isChanged ? keepable : undefined,
    reset: () => setValues(start),
    change: (order, value) => setValues((all) => ({ ...all, [order]: value })),
    check: () => {
      setChecked(true);
      if (Object.keys(validate(definitions, values)).length > 0) return undefined;
      return definitions.map(({ order }) => valueOf(values[order]));
    },
  };
}

interface ArgumentFieldsProps {
  /** Id of the task that asks. */
  task: string;
  definitions: readonly ArgumentDefinition[];
  state: ArgumentState;
  /** What the server found wrong, by position. */
  refused: FormErrors;
  /** Whether the cursor starts in the first of them. */
  focused?: boolean;
}

/** An input for each argument. */
export function ArgumentFields({ task, definitions, state, refused, focused = false }: ArgumentFieldsProps) {
  return definitions.map((definition, index) => (
    <ArgumentField
      key={definition.order}
      task={task}
      definition={definition}
      value={state.values[definition.order] ?? ''}
      error={state.problems[definition.order] ?? refused[definition.order]}
      first={focused && index === 0}
      onChange={(value) => state.change(definition.order, value)}
    />
  ));
}
