import { ArgusApiError } from '@argus/client';
import type { Script } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { Alert, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { toasts } from '../../ui/toasts.ts';
import { useBlocker } from '@tanstack/react-router';
import { useCallback, useEffect, useEffectEvent, useRef, useState } from 'react';
import { useApi, useChange, useClient, useCustomer } from '../../api/hooks.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Panel } from '../../ui/page.tsx';
import { Ago } from '../../ui/times.tsx';
import { useKeeping } from '../../ui/use-keeping.ts';
import { ConflictDialog } from './conflict-dialog.tsx';
import { draftOf, keepDraft } from './draft.ts';
import { LazyEditor } from './editor/lazy-editor.tsx';
import { SaveDialog } from './save-dialog.tsx';
import { SCRIPT_CHANGES } from './script-frame.tsx';
import { asField, EDITABLE_MAX_BYTES, textOf, withLineEnds } from './script-text.ts';
import classes from './scripts.module.css';
import { UploadButton } from './upload-button.tsx';

interface SourceEditorProps {
  /** As it is now. */
  script: Script;
  /** The version that is edited, and its text. */
  opened: number;
  text: string;
  /** That version is edited from now on. */
  onOpened: (version: number) => void;
  onChange: (tried: { filename: string; content: string }) => void;
  onRun: () => void;
}

/** The text of a script being changed: kept as a draft until it is saved as a version. */
export function SourceEditor({ script, opened, text, onOpened, onChange, onRun }: SourceEditorProps) {
  const customer = useCustomer();
  const client = useClient();
  const { id } = script;
  const saved = { filename: script.filename, content: asField(text), description: script.description };
  const [kept] = useState(() => draftOf(customer, id));
  const [isFromDraft, setFromDraft] = useState(kept !== undefined && kept.content !== saved.content);
  const [filename, setFilename] = useState(kept?.filename ?? saved.filename);
  const [description, setDescription] = useState(saved.description);
  const [content, setContent] = useState(kept?.content ?? saved.content);
  const [base, setBase] = useState(kept?.base ?? opened);
  const [asking, setAsking] = useState<'uses' | 'conflict'>();
  const hasAsked = useRef(false);
  const uses = useApi('listScriptTasks', { params: { id } });
  const followers = (uses.data ?? []).filter(({ script_version: pin }) => pin === null);
  const update = useChange('updateScript', SCRIPT_CHANGES);
  const isChanged = content !== saved.content || filename !== saved.filename;
  const isDirty = isChanged || description !== saved.description;

  useEffect(() => onChange({ filename, content }), [filename, content, onChange]);
  /** Another version takes the place of this editor: what was in it is decided over. */
  const isOver = useRef(false);
  const openOther = (version: number) => {
    isOver.current ||= version !== opened;
    onOpened(version);
  };
  const keep = useCallback(() => {
    if (isOver.current) return;
    const draft = isChanged ? { filename, content, base, at: new Date().toISOString() } : undefined;
    keepDraft(customer, id, draft);
  }, [customer, id, filename, content, base, isChanged]);
  useKeeping(keep, DRAFT_AFTER_MS);
  useBlocker({
    shouldBlockFn: ({ next }) =>
      isDirty &&
      !next.pathname.includes(`/scripts/${id}`) &&
      !window.confirm(t`Leave without saving? What you wrote is kept as a draft in this browser.`),
    // a draft outlives a reload
    enableBeforeUnload: false,
  });

  const send = async (over: number | undefined) => {
    setAsking(undefined);
    try {
      const done = await update.mutateAsync({
        params: { id },
        body: {
          filename: filename.trim(),
          description,
          ...(content !== saved.content && { content: withLineEnds(text, content) }),
          ...(over !== undefined && { base_version: over }),
        },
      });
      keepDraft(customer, id, undefined);
      const { version } = done;
      toasts.show({
        message: version === opened ? t`Saved.` : t`Saved as version ${version}.`,
      });
      setFromDraft(false);
      setBase(version);
      openOther(version);
    } catch (error) {
      if (error instanceof ArgusApiError && error.code === 'conflict') setAsking('conflict');
    }
  };
  const save = useEffectEvent(() => {
    if (!isDirty || update.isPending) return;
    if (followers.length > 1 && isChanged && !hasAsked.current) {
      hasAsked.current = true;
      setAsking('uses');
    } else void send(base);
  });
  useHotkeys(
    [
      ['mod+S', () => save(), { preventDefault: true }],
      ['mod+Enter', () => onRun(), { preventDefault: true }],
    ],
    [],
    true,
  );
  const discard = () => {
    setFilename(saved.filename);
    setContent(saved.content);
    setDescription(saved.description);
    setBase(opened);
    setFromDraft(false);
    keepDraft(customer, id, undefined);
  };
  const takeTheirs = (version: number) => {
    keepDraft(customer, id, undefined);
    setAsking(undefined);
    update.reset();
    if (version === opened) discard();
    else openOther(version);
  };
  const open = async (file: File) => {
    const dropped = file.size > EDITABLE_MAX_BYTES ? undefined : textOf(await file.arrayBuffer());
    if (dropped !== undefined) return setContent(asField(dropped));
    const form = new FormData();
    form.append('file', file);
    const { version } = await update.mutateAsync({ params: { id }, body: form });
    toasts.show({ message: t`Saved as version ${version}.` });
    openOther(version);
    return undefined;
  };
  const newest = script.version;
  const by = script.changed_by ?? '';
  const problems = update.error instanceof ArgusApiError ? update.error.errors : [];
  const isConflict = update.error instanceof ArgusApiError && update.error.code === 'conflict';
  const names = followers.length;
  return (
    <Panel
      title={t`Content`}
      actions={
        <Group gap="xs">
          <Text size="sm" c="dimmed" role="status">
            {isDirty ? t`Not saved` : t`Saved`}
          </Text>
          {isDirty && (
            <Button variant="default" onClick={discard}>
              <Trans>Discard</Trans>
            </Button>
          )}
          <UploadButton label={t`Open a file`} pending={update.isPending} onFile={open} />
          <Button
            onClick={() => save()}
            disabled={!isDirty}
            loading={update.isPending}
            aria-keyshortcuts="Control+S"
            title={t`Ctrl+S`}
          >
            <Trans>Save</Trans>
          </Button>
        </Group>
      }
    >
      <Stack gap="sm">
        {isFromDraft && kept !== undefined && isDirty && (
          <Alert color="accent" title={t`This is your draft`}>
            <Trans>
              It was kept in this browser <Ago at={kept.at} /> and is not saved yet. Discard brings the saved
              text again.
            </Trans>
          </Alert>
        )}
        {newest > base && (
          <Alert color="orange" role="alert" title={t`Version ${newest} was saved meanwhile by ${by}`}>
            <Group gap="sm">
              <Trans>What you edit was made of version {base}.</Trans>
              <Button size="compact-sm" variant="default" onClick={() => setAsking('conflict')}>
                <Trans>Compare and decide</Trans>
              </Button>
            </Group>
          </Alert>
        )}
        <Group gap="sm" align="flex-start">
          <TextInput
            label={t`Filename`}
            className={classes.name}
            spellCheck={false}
            autoComplete="off"
            value={filename}
            onChange={(event) => setFilename(event.currentTarget.value)}
            error={problems.find(({ field }) => field === 'filename')?.message}
          />
          <TextInput
            label={t`Description`}
            placeholder={t`What it does, for whom`}
            className={classes.description}
            value={description}
            onChange={(event) => setDescription(event.currentTarget.value)}
          />
        </Group>
        <LazyEditor
          label={t`Content`}
          filename={filename}
          value={content}
          onChange={setContent}
          describedBy="editor-hint"
          onFile={(file) => void open(file).catch(() => undefined)}
        />
        <Text id="editor-hint" size="xs" c="dimmed">
          <Trans>
            Ctrl+S saves, Ctrl+Enter runs it, Ctrl+F finds and replaces, Ctrl+Space completes. Tab indents;
            Esc and then Tab leaves the field. A file can be dropped into it.
          </Trans>
        </Text>
        {isChanged && names > 1 && (
          <Text size="sm">
            <Trans>{names} tasks run the newest version: what you save is what they run next.</Trans>
          </Text>
        )}
        {!isConflict && <ErrorNotice error={update.error} shownFields={['filename']} />}
      </Stack>
      {asking === 'uses' && (
        <SaveDialog
          filename={script.filename}
          followers={followers}
          onClose={() => setAsking(undefined)}
          onSave={() => void send(base)}
        />
      )}
      {asking === 'conflict' && (
        <ConflictDialog
          id={id}
          filename={filename}
          mine={content}
          client={client}
          onClose={() => setAsking(undefined)}
          onMine={(version) => void send(version)}
          onTheirs={takeTheirs}
        />
      )}
    </Panel>
  );
}

/** Long enough not to write with each key, short enough to lose next to nothing. */
const DRAFT_AFTER_MS = 300;
