import { t } from '@lingui/core/macro';
import { ActionIcon, Popover } from '@mantine/core';
import { useState } from 'react';
import { HelpIcon } from '../icons.tsx';
import { FindHelp } from './find-help.tsx';
import type { FindField } from './find-input.tsx';

interface FindHelpButtonProps {
  fields: () => Promise<readonly FindField[]>;
  example: string;
}

/** Tells how to search, for those who ask. */
export function FindHelpButton({ fields, example }: FindHelpButtonProps) {
  const [known, setKnown] = useState<readonly FindField[]>([]);
  return (
    <Popover
      onOpen={() => void fields().then(setKnown)}
      position="bottom-start"
      width={380}
      withinPortal
      trapFocus={false}
      returnFocus
    >
      <Popover.Target>
        <ActionIcon variant="subtle" color="gray" size={36} aria-label={t`How to search`}>
          <HelpIcon />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown maw="calc(100vw - 32px)">
        <FindHelp fields={known} example={example} />
      </Popover.Dropdown>
    </Popover>
  );
}
