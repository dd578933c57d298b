import { t } from '@lingui/core/macro';
import { Loader, MultiSelect, Select, TagsInput, TextInput, type InputWrapperProps } from '@mantine/core';
import { useApi } from '../../api/hooks.ts';

interface RemoteOptionsInputProps extends Pick<InputWrapperProps, 'label' | 'description' | 'error'> {
  task: string;
  order: number;
  multiple: boolean;
  required: boolean;
  disabled: boolean;
  texts: string[];
  onTexts: (texts: string[]) => void;
}

/** Choices that another server gives. Where it gives none, the value is written by hand: it may be away for long. */
export function RemoteOptionsInput({
  task,
  order,
  multiple,
  required,
  texts,
  onTexts,
  ...shared
}: RemoteOptionsInputProps) {
  const options = useApi('listArgumentOptions', { params: { id: task, order: String(order) } });
  const placeholder = options.isPending ? t`Loading the choices` : t`Choose`;
  const rightSection = options.isPending ? <Loader size="xs" /> : undefined;

  if (options.error) {
    const why = options.error.message;
    const described = {
      ...shared,
      description: (
        <>
          {shared.description} {shared.description && <br />}
          {t`The choices cannot be shown: ${why} Write the value itself.`}
        </>
      ),
    };
    return multiple ? (
      <TagsInput {...described} value={texts} onChange={onTexts} placeholder={t`Enter adds a value`} />
    ) : (
      <TextInput
        {...described}
        value={texts[0] ?? ''}
        onChange={({ currentTarget }) => onTexts([currentTarget.value])}
        spellCheck={false}
      />
    );
  }

  // an id that comes twice would be two choices that are one
  const known = new Map((options.data ?? []).map(({ id, label }) => [id, label]));
  for (const text of texts) if (text !== '' && !known.has(text)) known.set(text, text);
  const data = [...known].map(([value, label]) => ({ value, label }));
  return multiple ? (
    <MultiSelect
      {...shared}
      {...{ data, placeholder, rightSection }}
      value={texts}
      onChange={onTexts}
      searchable
      clearable
    />
  ) : (
    <Select
      {...shared}
      {...{ data, placeholder, rightSection }}
      value={texts[0] || null}
      onChange={(chosen) => onTexts([chosen ?? ''])}
      searchable
      clearable={!required}
      allowDeselect={!required}
    />
  );
}
