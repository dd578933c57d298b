import { t } from '@lingui/core/macro';
import { ActionIcon, Popover } from '@mantine/core';
import { HelpIcon } from '../icons.tsx';
import { FindHelp } from './find-help.tsx';
import type { FindField } from './find-input.tsx';

/** Tells how to search, for those who ask. */
export function FindHelpButton(props: { fields: readonly FindField[]; example: string }) {
  return (
    <Popover position="bottom-start" width={380} withinPortal trapFocus={false} returnFocus>
      <Popover.Target>
        <ActionIcon variant="subtle" color="gray" size={36} aria-label={t`How to search`}>
          <HelpIcon />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown maw="calc(100vw - 32px)">
        <FindHelp {...props} />
      </Popover.Dropdown>
    </Popover>
  );
}
