import { ArgusApiError } from '@argus/client';
import { SAVED_VIEW_NAME_MAX, type SavedView, type SavedViewPage } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Button, Checkbox, Group, Modal, Stack, TextInput } from '@mantine/core';
import { toasts } from '../../ui/toasts.ts';
import { useNavigate } from '@tanstack/react-router';
import { useState, type SyntheticEvent } from 'react';
import { useChange, useCustomer } from '../../api/hooks.ts';
import { useMay } from '../../api/session.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';

interface ViewDialogProps {
  page: SavedViewPage;
  /** What it shows. */
  search: Record<string, string>;
  /** The view to change; without it a new one is made. */
  view?: SavedView;
  onClose: () => void;
}

/** Asks what a view is called and who has it. */
export function ViewDialog({ page, search, view, onClose }: ViewDialogProps) {
  const customer = useCustomer();
  const navigate = useNavigate();
  const mayShare = useMay('user');
  const create = useChange('createSavedView', ['listSavedViews']);
  const update = useChange('updateSavedView', ['listSavedViews']);
  const [name, setName] = useState(view?.name ?? '');
  const [shared, setShared] = useState(view?.shared ?? false);
  const error = create.error ?? update.error;
  const nameError =
    error instanceof ArgusApiError && error.errors.some(({ field }) => field === 'name')
      ? error.message
      : undefined;
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (view) {
      update.mutate({ params: { id: view.id }, body: { name, shared } }, { onSuccess: onClose });
      return;
    }
    create.mutate(
      { body: { page, name, search, shared } },
      {
        onSuccess: (made) => {
          toasts.show({ message: t`Saved the view ${made.name}.` });
          void navigate({
            to: `/${customer}/${page}`,
            search: { ...search, view: made.id } as never,
            replace: true,
          });
        },
      },
    );
  };
  return (
    <Modal opened onClose={onClose} title={view ? t`Change the view` : t`Save view`}>
      <form onSubmit={submit}>
        <Stack>
          <TextInput
            label={t`Name of the view`}
            required
            maxLength={SAVED_VIEW_NAME_MAX}
            data-autofocus
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            error={nameError}
          />
          <Checkbox
            label={t`Share it with the organization`}
            description={
              mayShare
                ? t`Everybody finds it above this list. Each sees of it what they may see.`
                : t`Your role may look only: the view stays yours.`
            }
            disabled={!mayShare}
            checked={shared}
            onChange={(event) => setShared(event.currentTarget.checked)}
          />
          {nameError === undefined && <ErrorNotice error={error} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t`Cancel`}
            </Button>
            <Button
              type="submit"
              loading={create.isPending || update.isPending}
              disabled={name.trim() === ''}
            >
              {t`Save`}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
