import { t } from '@lingui/core/macro';
import { useBlocker } from '@tanstack/react-router';

/** Asks before a page is left, or loaded again, on which something was changed and not saved. */
export function useUnsaved(isUnsaved: () => boolean): void {
  useBlocker({
    shouldBlockFn: () => isUnsaved() && !window.confirm(t`Leave without saving the changes?`),
    enableBeforeUnload: isUnsaved,
  });
}
