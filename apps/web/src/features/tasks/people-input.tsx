import { ROLES, type Member } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { TagsInput } from '@mantine/core';
import { useApi } from '../../api/hooks.ts';
import { useMay } from '../../api/session.ts';

export function useMembers(): readonly Member[] {
  const mayList = useMay('manager');
  return useApi('listMembers', {}, { enabled: mayList }).data ?? [];
}

interface PeopleInputProps {
  label: string;
  description: string;
  placeholder?: string | undefined;
  withAsterisk?: boolean;
  /** Roles that are suggested; none: members alone. */
  roles?: readonly string[];
  value: string[];
  error?: React.ReactNode;
  onChange: (value: string[]) => void;
}

/** Names people: members, roles and member tags are suggested, anything of that form can be typed. */
export function PeopleInput({ roles = ROLES, placeholder, value, ...input }: PeopleInputProps) {
  const members = useMembers();
  const tags = roles.length > 0 ? [...new Set(members.flatMap((member) => member.tags))] : [];
  const data = [
    { group: t`Members`, items: members.map(({ user }) => user.email) },
    { group: t`Roles`, items: [...roles] },
    { group: t`Tags of members`, items: tags },
  ].filter(({ items }) => items.length > 0);
  return (
    <TagsInput
      data={data}
      maxDropdownHeight={260}
      acceptValueOnBlur
      placeholder={value.length === 0 ? placeholder : undefined}
      value={value}
      {...input}
    />
  );
}
