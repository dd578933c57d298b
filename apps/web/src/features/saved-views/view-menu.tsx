import type { SavedView } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { ActionIcon, Button, Menu, Text } from '@mantine/core';
import { toasts } from '../../ui/toasts.ts';
import { useNavigate } from '@tanstack/react-router';
import { useChange, useCustomer } from '../../api/hooks.ts';
import { useMay } from '../../api/session.ts';
import { errorMessage } from '../../ui/error-notice.tsx';
import { MoreIcon } from '../../ui/icons.tsx';
import { offerUndo } from '../../ui/undo.tsx';
import { ViewDialog } from './view-dialog.tsx';
import { useDialog } from '../../ui/use-dialog.ts';

const UNDO_MS = 10_000;

interface ViewMenuProps {
  view: SavedView;
  /** What the list shows now. */
  current: Record<string, string>;
  isChanged: boolean;
}

/** What can be done with the view that is open. */
export function ViewMenu({ view, current, isChanged }: ViewMenuProps) {
  const customer = useCustomer();
  const navigate = useNavigate();
  const isAdmin = useMay('admin');
  const update = useChange('updateSavedView', ['listSavedViews']);
  const create = useChange('createSavedView', ['listSavedViews']);
  const remove = useChange('deleteSavedView', ['listSavedViews']);
  const { opened: changing, open, close } = useDialog('change-view');
  const { name, owner, page, search, shared } = view;
  const tell = (error: unknown) => toasts.show({ color: 'red', message: errorMessage(error) });
  const list = `/${customer}/${page}`;
  if (!view.mine && !(shared && isAdmin)) {
    return (
      <Text span size="xs" c="dimmed">
        {t`Shared by ${owner}`}
      </Text>
    );
  }
  const restore = () => create.mutate({ body: { page, name, search, shared } }, { onError: tell });
  const drop = () =>
    remove.mutate(
      { params: { id: view.id } },
      {
        onError: tell,
        onSuccess: () => {
          void navigate({ to: list });
          const message = t`Deleted the view ${name}.`;
          // whoever made it can make it again, nobody else
          if (view.mine) offerUndo({ id: view.id, message, undo: restore, ms: UNDO_MS });
          else toasts.show({ message });
        },
      },
    );
  const keep = () => update.mutate({ params: { id: view.id }, body: { search: current } }, { onError: tell });
  return (
    <>
      {isChanged && (
        <Button size="compact-sm" variant="subtle" loading={update.isPending} onClick={keep}>
          {t`Update ${name}`}
        </Button>
      )}
      <Menu position="bottom-start">
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={t`The view ${name}`}>
            <MoreIcon />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={open}>{t`Rename or share…`}</Menu.Item>
          <Menu.Item color="red" onClick={drop}>
            {t`Delete the view`}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {changing && <ViewDialog page={page} search={search} view={view} onClose={close} />}
    </>
  );
}
