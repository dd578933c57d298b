import type { SavedView, SavedViewPage } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Button, type ButtonProps } from '@mantine/core';
import { createLink } from '@tanstack/react-router';
import { lazy, Suspense, type ComponentProps } from 'react';
import { useApi, useCustomer } from '../../api/hooks.ts';
import { useProfile } from '../../api/session.ts';
import { PeopleIcon, PlusIcon } from '../../ui/icons.tsx';
import { useDialog } from '../../ui/use-dialog.ts';
import classes from './saved-views.module.css';
import { isSameSearch, viewOf, type ListSearch } from './view-search.ts';

// nobody needs them to see a list
const ViewDialog = lazy(() => import('./view-dialog.tsx').then((module) => ({ default: module.ViewDialog })));
const ViewMenu = lazy(() => import('./view-menu.tsx').then((module) => ({ default: module.ViewMenu })));

interface SavedViewsProps {
  page: SavedViewPage;
  /** What the address says now, `view` included. */
  search: ListSearch;
  /** Views that everybody has. */
  usual?: readonly { name: string; search: ListSearch }[];
}

/** The searches that one kept or that others share, each a link: above the list of a page. */
export function SavedViews({ page, search, usual = [] }: SavedViewsProps) {
  const customer = useCustomer();
  const isPerson = useProfile().email !== null;
  const views = useApi('listSavedViews', { query: { page } }).data ?? [];
  const { opened, open: save, close } = useDialog('save-view');
  const saving = opened && isPerson;
  const { view: shown, ...current } = viewOf(search);
  const open =
    views.find(({ id }) => id === shown) ?? views.find((view) => isSameSearch(view.search, current));
  const isUsual = usual.some((view) => isSameSearch(view.search, current));
  const isNew = Object.keys(current).length > 0 && !isUsual && (!open || !isSameSearch(open.search, current));
  return (
    <nav aria-label={t`Views`} className={classes.views}>
      {[{ name: t`All`, search: {} }, ...usual].map((view) => (
        <ViewLink
          key={view.name}
          to={`/${customer}/${page}`}
          {...view}
          isOpen={!open && isSameSearch(view.search, current)}
        />
      ))}
      {views.map((view) => (
        <ViewLink
          key={view.id}
          to={`/${customer}/${page}`}
          name={view.name}
          search={{ ...view.search, view: view.id }}
          isOpen={view === open}
          {...(!view.mine && { owner: view.owner })}
        />
      ))}
      {open && (
        <Suspense>
          <ViewMenu view={open} current={current} isChanged={isNew} />
        </Suspense>
      )}
      {isNew && isPerson && (
        <Button size="compact-sm" variant="subtle" leftSection={<PlusIcon size={12} />} onClick={save}>
          {t`Save view`}
        </Button>
      )}
      {saving && (
        <Suspense>
          <ViewDialog page={page} search={current} onClose={close} />
        </Suspense>
      )}
    </nav>
  );
}

type ChipProps = ButtonProps & Omit<ComponentProps<'a'>, keyof ButtonProps> & { isOpen: boolean };

/** A link that is current where its view is open: the same page, searched otherwise, is not. */
const ChipLink = createLink(({ isOpen, 'aria-current': _current, ...props }: ChipProps) => (
  <Button component="a" {...props} aria-current={isOpen || undefined} />
));

interface ViewLinkProps {
  to: string;
  name: string;
  search: ListSearch;
  isOpen: boolean;
  /** Who shares it, where it is somebody else’s. */
  owner?: SavedView['owner'];
}

function ViewLink({ to, name, search, isOpen, owner }: ViewLinkProps) {
  return (
    <ChipLink
      to={to}
      search={search as never}
      size="compact-sm"
      radius="xl"
      variant={isOpen ? 'light' : 'default'}
      className={classes.view}
      isOpen={isOpen}
      title={owner === undefined ? undefined : t`Shared by ${owner}`}
      leftSection={owner === undefined ? undefined : <PeopleIcon size={12} />}
    >
      {name}
    </ChipLink>
  );
}
