import { t } from '@lingui/core/macro';
import { TagsInput, type TagsInputProps } from '@mantine/core';

/** The tags of a member, `key:value` each. */
export function MemberTagsInput(props: TagsInputProps) {
  return (
    <TagsInput
      label={t`Tags`}
      description={t`Like team:ops. Access lists of tasks name them.`}
      // verbatim: as it is typed
      placeholder="key:value"
      clearable
      splitChars={[',', ' ']}
      acceptValueOnBlur
      {...props}
    />
  );
}

export function tagsProblem(tags: readonly string[]): string | null {
  const wrong = tags.find((tag) => !/^[^:]+:.+$/.test(tag));
  return wrong === undefined ? null : t`"${wrong}" is no key:value`;
}
