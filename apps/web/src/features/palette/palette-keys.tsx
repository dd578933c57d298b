import { useLocation, useNavigate } from '@tanstack/react-router';
import { t } from '@lingui/core/macro';
import { ActionIcon } from '@mantine/core';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { useCustomer } from '../../api/hooks.ts';
import { useMay } from '../../api/session.ts';
import { SearchIcon } from '../../ui/icons.tsx';
import { keepRecent } from './recent.ts';
import { createPath, GO, isTaken, singleKeysAreOn } from './shortcuts.ts';
import { useDialog } from '../../ui/use-dialog.ts';

const Palette = lazy(() => import('./palette.tsx').then((module) => ({ default: module.Palette })));
const ShortcutsDialog = lazy(() =>
  import('./shortcuts-dialog.tsx').then((module) => ({ default: module.ShortcutsDialog })),
);

/** The second key of `g t` comes within this time. */
const SECOND_KEY_MS = 1_500;
/** What was looked at for this long is remembered. */
const LOOKED_AT_MS = 1_500;

/** The button of the command palette, and all keys of the page. What they open is loaded when it is wanted. */
export function PaletteKeys() {
  const [opened, setOpened] = useState(false);
  const shortcuts = useDialog('shortcuts');
  const { open: openShortcuts } = shortcuts;
  const customer = useCustomer();
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const mayCreate = useMay('admin');
  const going = useRef(0);
  useEffect(() => {
    const open = (to: string) => void navigate({ to: `/${customer}/${to}` as '/' });
    const onKey = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        setOpened((now) => !now);
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      if (!singleKeysAreOn() || isTaken(event.target)) return;
      if (Date.now() - going.current < SECOND_KEY_MS) {
        going.current = 0;
        const to = GO[event.key]?.to;
        if (to === undefined) return;
        event.preventDefault();
        open(to);
        return;
      }
      if (event.key === 'g') going.current = Date.now();
      else if (event.key === '?') openShortcuts();
      else if (event.key === '/') {
        // verbatim: a selector
        const search = document.querySelector<HTMLInputElement>('main input[type=search]');
        event.preventDefault();
        if (search) search.focus();
        else setOpened(true);
      } else if (event.key === 'c') {
        const to = createPath(pathname);
        if (to !== undefined && mayCreate) open(to);
      }
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [customer, navigate, pathname, mayCreate, openShortcuts]);
  useEffect(() => {
    // single things, once their title is known
    if (pathname.split('/').length < 4) return;
    const timer = setTimeout(() => {
      keepRecent(customer, { to: pathname, title: document.title.replace(/ · Argus$/, '') });
    }, LOOKED_AT_MS);
    return () => clearTimeout(timer);
  }, [customer, pathname]);
  const close = () => setOpened(false);
  return (
    <>
      <ActionIcon
        variant="subtle"
        color="gray"
        size="lg"
        aria-label={t`Command palette`}
        title={t`Find or do anything (Ctrl K)`}
        aria-keyshortcuts="Control+K Meta+K"
        onClick={() => setOpened(true)}
      >
        <SearchIcon size={18} />
      </ActionIcon>
      <Suspense>
        {opened && (
          <Palette
            onClose={close}
            onShortcuts={() => {
              close();
              openShortcuts();
            }}
          />
        )}
        {shortcuts.opened && <ShortcutsDialog onClose={shortcuts.close} />}
      </Suspense>
    </>
  );
}
