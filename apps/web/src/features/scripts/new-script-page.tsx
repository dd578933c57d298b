import { ArgusApiError } from '@argus/client';
import type { Script } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { Button, Group, Select, Stack, Text, TextInput } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { useBlocker, useNavigate } from '@tanstack/react-router';
import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { useChange, useCustomer } from '../../api/hooks.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Page, Panel } from '../../ui/page.tsx';
import { draftOf, keepDraft } from './draft.ts';
import { LANGUAGES, languageOf, type LanguageId } from './editor/languages.ts';
import { LazyEditor } from './editor/lazy-editor.tsx';
import { ToScripts } from './script-frame.tsx';
import { asField, EDITABLE_MAX_BYTES, textOf } from './script-text.ts';
import classes from './scripts.module.css';
import { isTemplate, templateFor, TEMPLATES } from './templates.ts';
import { UploadButton } from './upload-button.tsx';

const CHOICES = (Object.keys(TEMPLATES) as LanguageId[]).map((id) => ({
  value: id,
  label: LANGUAGES[id].name,
}));
const NEW = 'new';

/** A script begun from a template, dropped in, or uploaded. */
export function NewScriptPage() {
  const customer = useCustomer();
  const navigate = useNavigate();
  const create = useChange('createScript', ['listScripts']);
  const [kept] = useState(() => draftOf(customer, NEW));
  const [filename, setFilename] = useState(kept?.filename ?? '');
  const [content, setContent] = useState(kept?.content ?? '');
  const [missing, setMissing] = useState(false);
  const name = useRef<HTMLInputElement>(null);
  const isDone = useRef(false);
  const isDirty = filename !== '' || !isTemplate(content);

  useEffect(() => {
    const keep = () => {
      if (isDone.current) return;
      const draft = { filename, content, base: 0, at: new Date().toISOString() };
      keepDraft(customer, NEW, isDirty ? draft : undefined);
    };
    keep();
  }, [customer, filename, content, isDirty]);
  useBlocker({
    shouldBlockFn: () =>
      isDirty &&
      !isDone.current &&
      !window.confirm(t`Leave without saving? What you wrote is kept as a draft in this browser.`),
    enableBeforeUnload: false,
  });

  const rename = (next: string) => {
    setFilename(next);
    setMissing(false);
    const template = templateFor(next);
    if (template !== undefined && isTemplate(content)) setContent(template);
  };
  const choose = (id: LanguageId) => {
    const ending = LANGUAGES[id].endings[0];
    const stem = filename.replace(/\.[^.]*$/, '');
    if (stem !== '') setFilename(`${stem}.${ending}`);
    if (isTemplate(content) || window.confirm(t`Replace what you wrote by the template?`))
      setContent(TEMPLATES[id] ?? '');
    name.current?.focus();
  };
  const open = async ({ id }: Script) => {
    isDone.current = true;
    keepDraft(customer, NEW, undefined);
    await navigate({ to: '/$customer/scripts/$scriptId', params: { customer, scriptId: id } });
  };
  const save = useEffectEvent(() => {
    if (create.isPending) return;
    if (filename.trim() === '') {
      setMissing(true);
      name.current?.focus();
      return;
    }
    create.mutate({ body: { filename: filename.trim(), content } }, { onSuccess: (made) => void open(made) });
  });
  const take = async (file: File) => {
    const text = file.size > EDITABLE_MAX_BYTES ? undefined : textOf(await file.arrayBuffer());
    // with line ends of its own, or no text at all: its bytes are kept as they are
    if (text === undefined || text !== asField(text)) {
      const form = new FormData();
      form.append('file', file);
      return open(await create.mutateAsync({ body: form }));
    }
    setContent(text);
    setFilename((before) => before || file.name);
    return undefined;
  };
  useHotkeys([['mod+S', () => save(), { preventDefault: true }]], [], true);
  const problems = create.error instanceof ArgusApiError ? create.error.errors : [];
  const language = languageOf(filename, content);
  return (
    <Page
      title={t`New script`}
      parent={<ToScripts />}
      actions={<UploadButton label={t`Upload a file`} pending={create.isPending} onFile={take} />}
    >
      <Panel>
        <Stack gap="sm">
          <Group gap="sm" align="flex-start">
            <TextInput
              ref={name}
              label={t`Filename`}
              description={t`Its ending tells people and editors the language, e.g. backup.sh.`}
              placeholder="backup.sh"
              withAsterisk
              autoFocus
              spellCheck={false}
              autoComplete="off"
              className={classes.name}
              value={filename}
              onChange={(event) => rename(event.currentTarget.value)}
              error={missing ? t`is required` : problems.find(({ field }) => field === 'filename')?.message}
            />
            <Select
              label={t`Begin with a template`}
              description={t`It reads an argument and tells its result.`}
              placeholder={t`Choose a language`}
              className={classes.name}
              data={CHOICES}
              value={language !== undefined && language in TEMPLATES ? language : null}
              onChange={(value) => value !== null && choose(value)}
              allowDeselect={false}
            />
          </Group>
          <LazyEditor
            label={t`Content`}
            filename={filename}
            value={content}
            onChange={setContent}
            describedBy="editor-hint"
            onFile={(file) => void take(file).catch(() => undefined)}
          />
          <Text id="editor-hint" size="xs" c="dimmed">
            <Trans>
              Ctrl+S creates it; then it can be tried beside the editor. Tab indents; Esc and then Tab leaves
              the field. A file can be dropped into it.
            </Trans>
          </Text>
          <ErrorNotice error={create.error} shownFields={['filename']} />
          <Group justify="flex-end">
            <Button onClick={() => save()} loading={create.isPending} aria-keyshortcuts="Control+S">
              <Trans>Create script</Trans>
            </Button>
          </Group>
        </Stack>
      </Panel>
    </Page>
  );
}
