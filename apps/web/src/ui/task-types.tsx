import { t } from '@lingui/core/macro';
import type { TaskType } from '@argus/contract';
import { Badge } from '@mantine/core';
import { ApproveIcon, BellIcon, FormIcon, GlobeIcon, ScriptIcon } from './icons.tsx';

interface TypeWords {
  label: string;
  /** What a task of the type does, in a sentence. */
  text: string;
  Icon: (props: { size?: number }) => React.ReactNode;
}

export const TYPE_WORDS: Readonly<Record<TaskType, TypeWords>> = {
  script: { label: t`Script`, text: t`A bot runs a script.`, Icon: ScriptIcon },
  approval: {
    label: t`Approval`,
    text: t`People are asked, and approve or reject.`,
    Icon: ApproveIcon,
  },
  input: {
    label: t`Input`,
    text: t`Somebody fills in a form; what follows gets the values.`,
    Icon: FormIcon,
  },
  notification: {
    label: t`Notification`,
    text: t`A message is sent to people and channels.`,
    Icon: BellIcon,
  },
  http: {
    label: t`HTTP request`,
    text: t`An address is called, and its answer checked.`,
    Icon: GlobeIcon,
  },
};

/** The words for a type; what this page does not know yet is called as it is. */
export function wordsOf(type: string): TypeWords {
  return TYPE_WORDS[type as TaskType] ?? { label: type, text: '', Icon: ScriptIcon };
}

/** Whether it needs a bot. */
export function hasBot(type: string): boolean {
  return type === 'script';
}

/** Whether people do it. */
export function isForPeople(type: string): boolean {
  return type === 'approval' || type === 'input';
}

/** What a task does, in a word with its icon. */
export function TypeBadge({ type, size = 'sm' }: { type: string; size?: 'xs' | 'sm' }) {
  const { label, text, Icon } = wordsOf(type);
  return (
    <Badge size={size} variant="default" leftSection={<Icon size={12} />} title={text}>
      {label}
    </Badge>
  );
}
