import { useNavigate, useRouter, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';

declare module '@tanstack/history' {
  interface HistoryState {
    /** What is in the address was opened from the entry before this one: going back closes it. */
    opened?: true;
  }
}

const useAll = () => useSearch({ strict: false });
type Search = ReturnType<typeof useAll>;

interface Opened<V> extends Closing {
  /** What the address says is open. */
  value: V | undefined;
  open: (value: NonNullable<V>) => void;
}

interface Closing {
  close: () => void;
  /** Closes it; settled once the address says it no more. Who goes elsewhere then waits for it: the way back would open it again. */
  leave: () => Promise<void>;
}

/**
 * What is open, kept in the address under a name that its route knows. Opening it is a step that the way back takes
 * back; a reload, or a link, opens it again.
 */
export function useOpened<N extends keyof Search>(name: N): Opened<Search[N]> {
  const value = useAll()[name];
  const navigate = useNavigate();
  const { history } = useRouter();
  const open = useCallback(
    (next: NonNullable<Search[N]>) =>
      void navigate({
        to: '.',
        search: (before: object) => ({ ...before, [name]: next }),
        state: { opened: true },
        hash: true,
        resetScroll: false,
        hashScrollIntoView: false,
        // the page stays, with all that is not saved
        ignoreBlocker: true,
      }),
    [navigate, name],
  );
  const leave = useCallback(async () => {
    const isOpen = () => new URLSearchParams(history.location.search).has(name);
    // who did what it asks for may be elsewhere by now
    if (!isOpen()) return;
    if (history.location.state.opened !== true) {
      await navigate({
        to: '.',
        search: (before: object) => ({ ...before, [name]: undefined }),
        hash: true,
        replace: true,
        resetScroll: false,
        hashScrollIntoView: false,
        ignoreBlocker: true,
      });
      return;
    }
    await new Promise<void>((resolve) => {
      const stop = history.subscribe(() => {
        if (isOpen()) return;
        stop();
        resolve();
      });
      history.back({ ignoreBlocker: true });
    });
  }, [history, navigate, name]);
  const close = useCallback(() => void leave(), [leave]);
  return { value, open, close, leave };
}

interface Dialog extends Closing {
  opened: boolean;
  open: () => void;
}

/**
 * A dialog of a page, which the address names while it is open: `delete`, or with what it is about where a page has
 * many, `delete.ID`. Being opened does nothing by itself: a link may open it.
 */
export function useDialog(name: string): Dialog {
  const { value, open, ...closing } = useOpened('dialog');
  return { opened: value === name, open: useCallback(() => open(name), [open, name]), ...closing };
}

interface DialogOf extends Closing {
  id: string | undefined;
  open: (id: string) => void;
}

/** Of many dialogs of one kind the one that is open, by the id of what it is about. */
export function useDialogOf(kind: string): DialogOf {
  const { value, open, ...closing } = useOpened('dialog');
  const prefix = `${kind}.`;
  return {
    id: value?.startsWith(prefix) ? value.slice(prefix.length) : undefined,
    open: useCallback((id: string) => open(prefix + id), [open, prefix]),
    ...closing,
  };
}

/** Whether an address is of the same page as another, but for a dialog that is open. */
export function isSamePage(one: Address, other: Address): boolean {
  const of = ({ pathname, search }: Address) => {
    const { dialog: _dialog, ...rest } = search as Record<string, unknown>;
    return JSON.stringify([pathname, rest]);
  };
  return of(one) === of(other);
}

interface Address {
  pathname: string;
  search: unknown;
}
