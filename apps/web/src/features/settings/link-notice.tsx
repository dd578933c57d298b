import type { Link, LinkSent } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Alert, Stack, Text } from '@mantine/core';
import { CopyBlock } from '../../ui/copy.tsx';
import { CheckIcon, WarningIcon } from '../../ui/icons.tsx';
import { dateTimeText } from '../../ui/locale.ts';

/** Where a link went: by mail to its person, or here to hand on. */
export function LinkNotice({ sent, email, kind }: { sent: LinkSent; email: string; kind: Link['kind'] }) {
  const until = dateTimeText(sent.expires);
  if (sent.link === null)
    return (
      <Alert color="green" variant="light" icon={<CheckIcon />} role="status">
        {kind === 'invitation'
          ? t`The invitation was mailed to ${email}. It works once, until ${until}.`
          : t`The link was mailed to ${email}. It works once, until ${until}.`}
      </Alert>
    );
  return (
    <Stack gap="sm">
      <Alert color="orange" variant="light" icon={<WarningIcon />}>
        {t`It was not mailed: hand it to ${email} yourself, on a way that nobody else reads. Whoever opens it becomes this person. It is shown this once.`}
      </Alert>
      <CopyBlock label={kind === 'invitation' ? t`The invitation` : t`The link`} text={sent.link} autoFocus />
      <Text size="sm" c="dimmed">
        {t`It works once, until ${until}.`}
      </Text>
    </Stack>
  );
}
