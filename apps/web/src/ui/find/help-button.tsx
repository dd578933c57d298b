import { t } from '@lingui/core/macro';
import { ActionIcon, Popover } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { HelpIcon } from '../icons.tsx';
import type { FindField } from './find-input.tsx';

const FindHelp = lazy(() => import('./find-help.tsx').then((module) => ({ default: module.FindHelp })));

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
        <Suspense>
          <FindHelp {...props} />
        </Suspense>
      </Popover.Dropdown>
    </Popover>
  );
}
