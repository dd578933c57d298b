import { t } from '@lingui/core/macro';
import { Button, Code, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useApi } from '../../api/hooks.ts';
import { useMay } from '../../api/session.ts';
import { CopyBlock } from '../../ui/copy.tsx';
import { PlayIcon } from '../../ui/icons.tsx';
import { Panel } from '../../ui/page.tsx';
import { CHANNEL_LABELS } from '../notifications/words.ts';
import { messagePreview, requestPreview, type Reached } from './message-preview.ts';
import type { Samples } from './preview.ts';
import type { TaskDraft } from './task-draft.ts';
import classes from './task-form.module.css';

interface DraftProps {
  draft: TaskDraft;
  samples: Samples;
}

/** Beside the form of a task that sends something: what it would send as it stands. */
export function MessagePreviewPanel({ draft, samples, onTest }: DraftProps & { onTest: () => void }) {
  return (
    <Panel
      title={t`What would be sent`}
      actions={
        draft.task_arguments.length > 0 && (
          <Button variant="default" size="compact-sm" leftSection={<PlayIcon />} onClick={onTest}>
            {t`Test`}
          </Button>
        )
      }
    >
      <MessagePreviewText draft={draft} samples={samples} />
    </Panel>
  );
}

export function MessagePreviewText(props: DraftProps) {
  return (
    <Stack gap="sm" className={classes.preview}>
      {props.draft.type === 'http' ? <RequestText {...props} /> : <NotificationText {...props} />}
      {props.draft.task_arguments.length > 0 && (
        <Text size="xs" c="dimmed">
          {t`With the default values, or those of a test. Masked values are hidden here.`}
        </Text>
      )}
    </Stack>
  );
}

function RequestText({ draft, samples }: DraftProps) {
  const { line, headers, body, problem } = requestPreview(draft, samples);
  return (
    <>
      {problem !== undefined && (
        <Text size="sm" c="red" role="alert">
          {problem}
        </Text>
      )}
      {draft.request.url.trim() === '' ? (
        <Text size="sm" c="dimmed">
          {t`Give it an address.`}
        </Text>
      ) : (
        <CopyBlock text={line} label={t`Request`} />
      )}
      {headers.length > 0 && (
        <dl className={classes.env}>
          {headers.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      )}
      {body === '' ? (
        <Text size="sm" c="dimmed">
          {t`Without a body.`}
        </Text>
      ) : (
        <CopyBlock text={body} label={t`Body`} />
      )}
    </>
  );
}

function NotificationText({ draft, samples }: DraftProps) {
  const listsMembers = useMay('manager');
  const members = useApi('listMembers', {}, { enabled: listsMembers }).data;
  const channels = useApi('listChannels', {}).data ?? [];
  const { subject, body, reaches } = messagePreview(draft, samples, {
    members,
    channels: new Map(channels.map(({ id, name, type }) => [id, `${name} (${CHANNEL_LABELS[type]})`])),
  });
  return (
    <>
      <Part title={t`Subject`}>
        <Text fw={600} className={classes.said}>
          {subject || t`(the name of the task)`}
        </Text>
      </Part>
      <Part title={t`Text`}>
        <Text size="sm" className={classes.said}>
          {body || t`(empty)`}
        </Text>
      </Part>
      <Part title={t`Whom it reaches`}>
        {reaches.length === 0 ? (
          <Text size="sm" c="red" role="alert">
            {t`Nobody: name somebody under Recipients.`}
          </Text>
        ) : (
          <ul className={classes.reached}>
            {reaches.map((one, index) => (
              <li key={index}>
                <Reaching reached={one} />
              </li>
            ))}
          </ul>
        )}
      </Part>
    </>
  );
}

function Reaching({ reached: { entry, people } }: { reached: Reached }) {
  if (people?.length === 1 && people[0] === entry) return entry;
  const named = people?.join(', ');
  return (
    <>
      <Code>{entry}</Code>{' '}
      {named === '' ? (
        <Text span size="sm" c="dimmed">
          {t`reaches nobody now`}
        </Text>
      ) : (
        named
      )}
    </>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div>
      <Text size="xs" c="dimmed">
        {title}
      </Text>
      {children}
    </div>
  );
}
