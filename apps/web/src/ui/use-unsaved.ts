import { t } from '@lingui/core/macro';
import { useBlocker } from '@tanstack/react-router';

/** Asks before a page is left, or loaded again, on which something was changed and not saved; `onLeave`: it is left so. */
export function useUnsaved(isUnsaved: () => boolean, onLeave?: () => void): void {
  useBlocker({
    shouldBlockFn: () => {
      if (!isUnsaved()) return false;
      if (!window.confirm(t`Leave without saving the changes?`)) return true;
      onLeave?.();
      return false;
    },
    enableBeforeUnload: isUnsaved,
  });
}
