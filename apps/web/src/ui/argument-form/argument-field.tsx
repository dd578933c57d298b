import type { ArgumentDefinition } from '@argus/contract';
import { t } from '@lingui/core/macro';
import {
  Input,
  MultiSelect,
  PasswordInput,
  SegmentedControl,
  Select,
  TagsInput,
  Textarea,
  TextInput,
} from '@mantine/core';
import classes from './argument-form.module.css';
import { FileField } from './file-field.tsx';
import { RemoteOptionsInput } from './remote-options-input.tsx';
import { filesOf, type FormValue } from './values.ts';

interface ArgumentFieldProps {
  /** Id of the task, whose remote options are asked for. */
  task: string;
  definition: ArgumentDefinition;
  value: FormValue;
  error: string | undefined;
  /** Whether the cursor starts here. */
  first: boolean;
  onChange: (value: FormValue) => void;
}

/** The input that fits the type of an argument. */
export function ArgumentField({ task, definition, value, error, first, onChange }: ArgumentFieldProps) {
  const { type, order, help, required = true, readonly = false, multiple, masked } = definition;
  const shared = {
    id: `argument-${order}`,
    name: `argument-${order}`,
    label: labelOf(definition),
    description: help,
    error,
    // the mark only: the browser's own check would come before the contract's rules
    withAsterisk: required,
    'aria-required': required,
    disabled: readonly,
    'data-autofocus': first || undefined,
    autoComplete: 'off',
  };
  const options = (definition.options ?? []).map(({ id, label }) => ({ value: id, label: label ?? id }));

  if (type === 'file')
    return <FileField {...shared} multiple={multiple ?? false} files={filesOf(value)} onFiles={onChange} />;
  const texts = typeof value === 'string' ? [value] : value.filter((one) => typeof one === 'string');
  if (type === 'remote-options' && !masked)
    return (
      <RemoteOptionsInput
        {...shared}
        task={task}
        order={order}
        multiple={multiple ?? false}
        required={required}
        texts={texts}
        onTexts={(chosen) => onChange(multiple ? chosen : (chosen[0] ?? ''))}
      />
    );
  if (multiple) {
    const list = texts;
    return type === 'select' ? (
      <MultiSelect {...shared} data={options} value={list} onChange={onChange} searchable clearable />
    ) : (
      <TagsInput {...shared} value={list} onChange={onChange} placeholder={t`Enter adds a value`} />
    );
  }
  const text = texts[0] ?? '';
  const onText = (event: { currentTarget: { value: string } }) => onChange(event.currentTarget.value);

  switch (type) {
    case 'select':
      return (
        <Select
          {...shared}
          data={options}
          value={text === '' ? null : text}
          onChange={(chosen) => onChange(chosen ?? '')}
          placeholder={t`Choose`}
          searchable
          clearable={!required}
          allowDeselect={!required}
        />
      );
    case 'boolean':
      return (
        <Input.Wrapper {...shared} labelElement="div" labelProps={{ id: `argument-${order}-label` }}>
          <SegmentedControl
            className={classes.choice}
            aria-labelledby={`argument-${order}-label`}
            value={text}
            onChange={onChange}
            disabled={readonly}
            data={[
              { value: 'true', label: t`True` },
              { value: 'false', label: t`False` },
              ...(required ? [] : [{ value: '', label: t`Leave out` }]),
            ]}
          />
        </Input.Wrapper>
      );
    case 'textarea':
      return (
        <Textarea
          {...shared}
          value={text}
          onChange={onText}
          autosize
          minRows={3}
          maxRows={14}
          {...(masked && { classNames: { input: classes.hidden }, spellCheck: false })}
        />
      );
    case 'json':
      return (
        <Textarea
          {...shared}
          value={text}
          onChange={onText}
          autosize
          minRows={3}
          maxRows={14}
          classNames={{ input: masked ? classes.hidden : classes.code }}
          spellCheck={false}
        />
      );
    case 'date':
      // a default with a time of day does not fit into the browser's date input
      return (
        <TextInput {...shared} type={text.length > 10 ? 'text' : 'date'} value={text} onChange={onText} />
      );
    case 'email':
      if (masked)
        return <PasswordInput {...shared} autoComplete="new-password" value={text} onChange={onText} />;
      return <TextInput {...shared} type="email" value={text} onChange={onText} />;
    case 'fixed':
    case 'input':
    case 'regexp':
    case 'remote-options':
      return masked ? (
        <PasswordInput {...shared} autoComplete="new-password" value={text} onChange={onText} />
      ) : (
        <TextInput {...shared} value={text} onChange={onText} spellCheck={false} />
      );
  }
}

/** What an argument is called: its label, else its place. */
export function labelOf({ label, order }: Pick<ArgumentDefinition, 'label' | 'order'>): string {
  const place = order + 1;
  return label?.trim() ? label : t`Argument ${place}`;
}
