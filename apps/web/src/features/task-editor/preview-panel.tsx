import { t } from '@lingui/core/macro';
import { Button, Code, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { profileQuery, useApi, useCustomer } from '../../api/hooks.ts';
import { PlayIcon } from '../../ui/icons.tsx';
import { Panel } from '../../ui/page.tsx';
import { CopyBlock } from '../../ui/copy.tsx';
import { previewOf, type Preview, type PreviewFacts, type Samples } from './preview.ts';
import type { TaskDraft } from './task-draft.ts';
import classes from './task-form.module.css';

/** The command line, the arguments and the environment that a run of a draft would get. */
export function usePreview(draft: TaskDraft, samples: Samples, id: string | undefined): Preview {
  const organization = useCustomer();
  const profile = useQuery(profileQuery).data;
  const scripts = useApi('listScripts', { query: {} }, { enabled: draft.type === 'script' }).data;
  const facts: PreviewFacts = {
    organization,
    url: window.location.origin,
    task: id ?? '…',
    user: profile?.id && profile.email ? { id: profile.id, email: profile.email } : null,
    filename: draft.writesScript
      ? draft.script.filename
      : (scripts?.find((script) => script.id === draft.script_id)?.filename ?? ''),
  };
  return previewOf(draft, samples, facts);
}

/** Beside the form: what it would do as it stands. */
export function PreviewPanel({ preview, onTest }: { preview: Preview; onTest: () => void }) {
  return (
    <Panel
      title={t`What would run`}
      actions={
        <Button variant="default" size="compact-sm" leftSection={<PlayIcon />} onClick={onTest}>
          {t`Test`}
        </Button>
      }
    >
      <PreviewText preview={preview} />
    </Panel>
  );
}

export function PreviewText({ preview: { line, argv, env, problems } }: { preview: Preview }) {
  const count = env.length;
  const words = argv.length;
  return (
    <Stack gap="sm" className={classes.preview}>
      {problems.map((problem) => (
        <Text key={problem} size="sm" c="red" role="alert">
          {problem}
        </Text>
      ))}
      {argv.length > 0 && (
        <>
          <CopyBlock text={line} label={t`Command line`} />
          <details className={classes.fold} open>
            <summary>{t`As the program gets it (${words})`}</summary>
            <ol start={0} className={classes.argv}>
              {argv.map((word, index) => (
                // a word has no name but its place
                <li key={index}>
                  <Code className={classes.word}>{word === '' ? t`(empty)` : word}</Code>
                </li>
              ))}
            </ol>
          </details>
        </>
      )}
      <details className={classes.fold}>
        <summary>{t`Environment (${count})`}</summary>
        <dl className={classes.env}>
          {env.map(({ name, value }) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value ?? t`as on the bot’s machine`}</dd>
            </div>
          ))}
        </dl>
      </details>
      <Group gap={4}>
        <Text size="xs" c="dimmed">
          {t`/run-directory stands for the directory that each run gets of its own. Masked values are hidden here; the script gets them.`}
        </Text>
      </Group>
    </Stack>
  );
}
