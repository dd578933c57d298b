import { t } from '@lingui/core/macro';
import { useBlocker } from '@tanstack/react-router';
import { isSamePage } from './use-dialog.ts';

/** Asks before a page is left, or loaded again, on which something was changed and not saved; `onLeave`: it is left so. */
export function useUnsaved(isUnsaved: () => boolean, onLeave?: () => void): void {
  useBlocker({
    shouldBlockFn: ({ current, next }) => {
      if (!isUnsaved() || isSamePage(current, next)) return false;
      if (!window.confirm(t`Leave without saving the changes?`)) return true;
      onLeave?.();
      return false;
    },
    enableBeforeUnload: isUnsaved,
  });
}
