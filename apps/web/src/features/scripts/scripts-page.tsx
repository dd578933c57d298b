import type { Script } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { Table, Text } from '@mantine/core';
import { toasts } from '../../ui/toasts.ts';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useState, type DragEvent } from 'react';
import { useApi, useChange, useCustomer } from '../../api/hooks.ts';
import { useMay } from '../../api/session.ts';
import { useDeleted } from '../../ui/deleted.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { formatBytes } from '../../ui/format.ts';
import { PlusIcon } from '../../ui/icons.tsx';
import { ButtonLink, TextLink } from '../../ui/link.tsx';
import { EmptyState, Loaded, Page, Panel } from '../../ui/page.tsx';
import { SearchInput } from '../../ui/search-input.tsx';
import { Ago } from '../../ui/times.tsx';
import { LANGUAGES, languageOf } from './editor/languages.ts';
import classes from './scripts.module.css';
import { UploadButton } from './upload-button.tsx';

// verbatim: how a browser calls what is dragged
const FILES = 'Files';

const route = getRouteApi('/$customer/scripts');

/** The scripts of the organization: found by words, made here or dropped in as files. */
export function ScriptsPage() {
  const customer = useCustomer();
  const navigate = useNavigate();
  const { q = '' } = route.useSearch();
  const scripts = useApi('listScripts', { query: {} });
  const edits = useMay('admin');
  const upload = useChange('createScript', ['listScripts']);
  const [isOver, setOver] = useState(false);
  const take = async (files: readonly File[]) => {
    const made: Script[] = [];
    for (const file of files) {
      const form = new FormData();
      form.append('file', file);
      made.push(await upload.mutateAsync({ body: form }));
    }
    const [first] = made;
    if (made.length === 1 && first !== undefined)
      return navigate({ to: '/$customer/scripts/$scriptId', params: { customer, scriptId: first.id } });
    const count = made.length;
    toasts.show({ message: t`${count} scripts were uploaded.` });
    return undefined;
  };
  const onDrop = (event: DragEvent) => {
    setOver(false);
    const files = [...event.dataTransfer.files];
    if (files.length === 0) return;
    event.preventDefault();
    void take(files).catch(() => undefined);
  };
  const drop = edits && {
    onDragOver: (event: DragEvent) => {
      if (!event.dataTransfer.types.includes(FILES)) return;
      event.preventDefault();
      setOver(true);
    },
    onDragLeave: () => setOver(false),
    onDrop,
  };
  return (
    <Page
      title={t`Scripts`}
      actions={
        edits && (
          <>
            <UploadButton
              label={t`Upload a file`}
              pending={upload.isPending}
              onFile={(file) => take([file])}
            />
            <ButtonLink to="/$customer/scripts/new" params={{ customer }} leftSection={<PlusIcon />}>
              <Trans>New script</Trans>
            </ButtonLink>
          </>
        )
      }
    >
      <ErrorNotice error={upload.error} />
      <div className={classes.drop} data-over={isOver || undefined} {...drop}>
        <Panel>
          <Loaded query={scripts}>
            {(list) =>
              list.length === 0 ? (
                <EmptyState title={t`No scripts yet`}>
                  <Trans>
                    A script is a file that a task executes, in any language that its bot has an interpreter
                    for. Make a new one from a template, or drop files here. Each change is kept as a version.
                  </Trans>
                </EmptyState>
              ) : (
                <Found
                  list={list}
                  query={q}
                  onSearch={(text) =>
                    void navigate({
                      to: '/$customer/scripts',
                      params: { customer },
                      search: text === '' ? {} : { q: text },
                      replace: true,
                    })
                  }
                />
              )
            }
          </Loaded>
        </Panel>
      </div>
    </Page>
  );
}

/** Those that have every word in their name, description, language or author. */
function matching(list: readonly Script[], query: string): Script[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return list.filter((script) => {
    const text = `${script.filename} ${script.description} ${languageName(script)} ${script.changed_by ?? ''}`;
    return words.every((word) => text.toLowerCase().includes(word));
  });
}

function languageName({ filename }: Script): string {
  const language = languageOf(filename);
  return language === undefined ? '' : LANGUAGES[language].name;
}

function Found({
  list,
  query,
  onSearch,
}: {
  list: readonly Script[];
  query: string;
  onSearch: (text: string) => void;
}) {
  const customer = useCustomer();
  const deleted = useDeleted();
  const found = matching(
    list.filter(({ id }) => !deleted.has(id)),
    query,
  );
  return (
    <>
      <SearchInput
        label={t`Search scripts`}
        placeholder={t`Name, description, language, person`}
        value={query}
        onSearch={onSearch}
      />
      {found.length === 0 ? (
        <Text mt="md" c="dimmed" role="status">
          <Trans>No script has all of these words.</Trans>
        </Text>
      ) : (
        <Table mt="sm">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>
                <Trans>Filename</Trans>
              </Table.Th>
              <Table.Th visibleFrom="sm">
                <Trans>Language</Trans>
              </Table.Th>
              <Table.Th>
                <Trans>Used by</Trans>
              </Table.Th>
              <Table.Th visibleFrom="sm">
                <Trans>Version</Trans>
              </Table.Th>
              <Table.Th visibleFrom="md">
                <Trans>Size</Trans>
              </Table.Th>
              <Table.Th>
                <Trans>Changed</Trans>
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {found.map((script) => (
              <ScriptRow key={script.id} script={script} customer={customer} />
            ))}
          </Table.Tbody>
        </Table>
      )}
    </>
  );
}

function ScriptRow({ script, customer }: { script: Script; customer: string }) {
  const { id, filename, description, used_by: uses, changed_by: by, last_update: at } = script;
  const params = { customer, scriptId: id };
  return (
    <Table.Tr>
      <Table.Td className={classes.break}>
        <TextLink to="/$customer/scripts/$scriptId" params={params} size="sm" fw={500}>
          {filename}
        </TextLink>
        {description !== '' && (
          <Text size="xs" c="dimmed" lineClamp={1}>
            {description}
          </Text>
        )}
      </Table.Td>
      <Table.Td visibleFrom="sm">{languageName(script)}</Table.Td>
      <Table.Td>
        {uses === 0 ? (
          <Text size="sm" c="dimmed">
            <Trans>no task</Trans>
          </Text>
        ) : (
          <TextLink to="/$customer/scripts/$scriptId/uses" params={params} size="sm">
            {uses === 1 ? t`1 task` : t`${uses} tasks`}
          </TextLink>
        )}
      </Table.Td>
      <Table.Td visibleFrom="sm">
        <TextLink to="/$customer/scripts/$scriptId/versions" params={params} size="sm">
          {script.version}
        </TextLink>
      </Table.Td>
      <Table.Td visibleFrom="md">{formatBytes(script.size)}</Table.Td>
      <Table.Td>
        <Ago at={at} />
        {by !== null && (
          <Text size="xs" c="dimmed" className={classes.break} visibleFrom="xs">
            {by}
          </Text>
        )}
      </Table.Td>
    </Table.Tr>
  );
}
