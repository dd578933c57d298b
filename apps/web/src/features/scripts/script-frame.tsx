import type { Script } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useChange, useCustomer } from '../../api/hooks.ts';
import { useMay } from '../../api/session.ts';
import { ConfirmButton } from '../../ui/confirm-button.tsx';
import { deleteSoon } from '../../ui/delete-soon.tsx';
import { TextLink } from '../../ui/link.tsx';
import { Page } from '../../ui/page.tsx';
import { keepDraft } from './draft.ts';
import classes from './scripts.module.css';

/** What a changed script makes new. */
export const SCRIPT_CHANGES = [
  'listScripts',
  'getScript',
  'listScriptVersions',
  'getTask',
  'listTasks',
] as const;

/** What all pages of a script have around them. */
export function ScriptFrame({ script, children }: { script: Script; children: ReactNode }) {
  const customer = useCustomer();
  const reads = useMay('user');
  const edits = useMay('admin');
  const params = { customer, scriptId: script.id };
  const { version, used_by: uses } = script;
  const exact = { exact: true, includeSearch: false };
  return (
    <Page
      title={script.filename}
      parent={<ToScripts />}
      actions={
        <>
          {edits && <DeleteScript script={script} />}
          {reads && (
            <Button
              component="a"
              variant="default"
              href={`/${customer}/script/${script.id}/download`}
              download={script.filename}
            >
              <Trans>Download</Trans>
            </Button>
          )}
        </>
      }
    >
      <nav className={classes.tabs} aria-label={t`Pages of this script`}>
        <Link to="/$customer/scripts/$scriptId" params={params} activeOptions={exact} className={classes.tab}>
          {edits ? t`Edit` : t`Content`}
        </Link>
        <Link
          to="/$customer/scripts/$scriptId/versions"
          params={params}
          activeOptions={{ exact: false, includeSearch: false }}
          className={classes.tab}
        >
          <Trans>Versions ({version})</Trans>
        </Link>
        <Link
          to="/$customer/scripts/$scriptId/uses"
          params={params}
          activeOptions={exact}
          className={classes.tab}
        >
          <Trans>Used by ({uses})</Trans>
        </Link>
      </nav>
      {children}
    </Page>
  );
}

function DeleteScript({ script }: { script: Script }) {
  const customer = useCustomer();
  const navigate = useNavigate();
  const cache = useQueryClient();
  const remove = useChange('deleteScript', ['listScripts']);
  const { filename, id, used_by: uses } = script;
  const confirm = async () => {
    const onGone = () => keepDraft(customer, id, undefined);
    // the server says which tasks need it
    if (uses > 0) await remove.mutateAsync({ params: { id } }).then(onGone);
    else deleteSoon({ customer, operation: 'deleteScript', id, name: filename, force: false, onGone }, cache);
    await navigate({ to: '/$customer/scripts', params: { customer }, replace: true, ignoreBlocker: true });
  };
  return (
    <ConfirmButton
      name="delete"
      label={t`Delete`}
      question={
        <Trans>
          This deletes <b>{filename}</b> with all its versions and trials. You can take it back for some
          seconds, then no more.
        </Trans>
      }
      onConfirm={confirm}
      error={remove.error}
      pending={remove.isPending}
    />
  );
}

export function ToScripts() {
  const customer = useCustomer();
  return (
    <TextLink to="/$customer/scripts" params={{ customer }} size="sm">
      <Trans>Scripts</Trans>
    </TextLink>
  );
}
