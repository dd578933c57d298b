import { ArgusApiError } from '@argus/client';
import type { NotificationRule, NotificationSettings, Quiet } from '@argus/contract';
import { t } from '@lingui/core/macro';
import {
  Alert,
  Button,
  Checkbox,
  Group,
  Stack,
  Switch,
  Table,
  Text,
  TextInput,
  VisuallyHidden,
} from '@mantine/core';
import { useForm } from '@mantine/form';
import { toasts } from '../../ui/toasts.ts';
import { useState } from 'react';
import { useApi, useChange, useCustomer } from '../../api/hooks.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { WarningIcon } from '../../ui/icons.tsx';
import { TextLink } from '../../ui/link.tsx';
import { Loaded, Page, Panel } from '../../ui/page.tsx';
import { ZoneSelect } from '../schedules/zone-select.tsx';
import { ownZone } from '../schedules/zones.ts';
import { desktopState, pushHere, type DesktopState } from './desktop.ts';
import { Devices } from './devices.tsx';
import { Inbox } from './inbox.tsx';
import { aboutText, whenText } from './words.ts';

const DAYS = [t`Monday`, t`Tuesday`, t`Wednesday`, t`Thursday`, t`Friday`, t`Saturday`, t`Sunday`];
const EVERY_DAY = DAYS.map((_name, index) => index + 1);

/** How one is told oneself, of what, and what there was. */
export function AccountNotificationsPage() {
  const settings = useApi('getNotificationSettings', {});
  return (
    <Page title={t`My notifications`}>
      <Panel title={t`What you were told`}>
        <Inbox limit={50} />
      </Panel>
      <Panel title={t`How you are told`}>
        <Loaded query={settings}>{(found) => <SettingsForm settings={found} />}</Loaded>
      </Panel>
      <Panel title={t`Your devices`}>
        <Loaded query={settings} height={60}>
          {({ push_configured }) => <Devices configured={push_configured} />}
        </Loaded>
      </Panel>
      <OwnRules />
    </Page>
  );
}

interface SettingsDraft extends Pick<NotificationSettings, 'email' | 'browser' | 'push' | 'timezone'> {
  isQuiet: boolean;
  quiet: Quiet;
}

function SettingsForm({ settings }: { settings: NotificationSettings }) {
  const save = useChange('putNotificationSettings', ['getNotificationSettings']);
  const devices = useApi('listPushDevices', {});
  // who turned them off finds the way back
  const hasDevices = settings.push_configured && (!settings.push || (devices.data ?? []).length > 0);
  const form = useForm<SettingsDraft>({
    initialValues: {
      email: settings.email,
      browser: settings.browser,
      push: settings.push,
      // who never chose a zone is where the browser is
      timezone: settings.timezone === 'UTC' && settings.quiet === null ? ownZone() : settings.timezone,
      isQuiet: settings.quiet !== null,
      quiet: settings.quiet ?? { from: '22:00', to: '07:00', days: EVERY_DAY, failures_pass: true },
    },
  });
  const submit = form.onSubmit(({ isQuiet, quiet, ...rest }) =>
    save.mutate(
      { body: { ...rest, quiet: isQuiet ? quiet : null } },
      {
        onSuccess: () => toasts.show({ message: t`Saved.` }),
        onError: (error) => {
          if (error instanceof ArgusApiError)
            form.setErrors(Object.fromEntries(error.errors.map(({ field, message }) => [field, message])));
        },
      },
    ),
  );
  return (
    <form onSubmit={submit} noValidate aria-label={t`How you are told`}>
      <Stack maw={620}>
        <Switch label={t`By e-mail`} {...form.getInputProps('email', { type: 'checkbox' })} />
        {form.values.email && !settings.mail_configured && (
          <Alert color="orange" icon={<WarningIcon />} role="status">
            {t`This server sends no mail: its administrator sets ARGUS_SMTP_URL and ARGUS_MAIL_FROM.`}
          </Alert>
        )}
        <Switch label={t`On this web page`} {...form.getInputProps('browser', { type: 'checkbox' })} />
        {form.values.browser && pushHere.read() === undefined && <DesktopNotifications />}
        {hasDevices && (
          <Switch
            label={t`On your devices, also while no page of Argus is open`}
            {...form.getInputProps('push', { type: 'checkbox' })}
          />
        )}
        <ZoneSelect {...form.getInputProps('timezone')} />
        <Switch
          label={t`Quiet hours: what comes meanwhile waits for their end`}
          {...form.getInputProps('isQuiet', { type: 'checkbox' })}
        />
        {form.values.isQuiet && (
          <>
            <Group align="flex-start">
              <TextInput label={t`From`} type="time" w={140} {...form.getInputProps('quiet.from')} />
              <TextInput label={t`To`} type="time" w={140} {...form.getInputProps('quiet.to')} />
            </Group>
            <Checkbox.Group
              label={t`Days on which they begin`}
              value={form.values.quiet.days.map(String)}
              onChange={(days) => form.setFieldValue('quiet.days', days.map(Number))}
            >
              <Group gap="sm" mt={4}>
                {DAYS.map((name, index) => (
                  <Checkbox key={name} value={String(index + 1)} label={name} />
                ))}
              </Group>
            </Checkbox.Group>
            <Switch
              label={t`Failures are told at once even so`}
              {...form.getInputProps('quiet.failures_pass', { type: 'checkbox' })}
            />
          </>
        )}
        <ErrorNotice error={save.error} shownFields={Object.keys(form.errors)} />
        <Group>
          <Button type="submit" loading={save.isPending}>
            {t`Save`}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

const DESKTOP_WORDS: Readonly<Record<DesktopState, string>> = {
  granted: t`This browser also shows them outside of the page, while a page of Argus is open.`,
  denied: t`This browser shows them on the page alone: you refused it more. Its settings for this site allow it.`,
  default: t`This browser can also show them outside of the page, while a page of Argus is open.`,
  missing: t`This browser shows them on the page alone.`,
};

function DesktopNotifications() {
  const [state, setState] = useState(desktopState);
  const ask = () => void Notification.requestPermission().then(() => setState(desktopState()));
  return (
    <Group gap="xs">
      <Text size="sm" c="dimmed">
        {DESKTOP_WORDS[state]}
      </Text>
      {state === 'default' && (
        <Button size="compact-sm" variant="default" onClick={ask}>
          {t`Allow it`}
        </Button>
      )}
    </Group>
  );
}

function OwnRules() {
  const rules = useApi('listNotificationRules', { query: { mine: true } });
  return (
    <Panel title={t`What you are told of`}>
      <Loaded query={rules} height={60}>
        {(list) =>
          list.length === 0 ? (
            <Text size="sm" c="dimmed">
              {t`Nothing by your own wish yet: open a task and choose “Notify me”.`}
            </Text>
          ) : (
            <Table verticalSpacing="xs">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{t`Of`}</Table.Th>
                  <Table.Th>{t`When`}</Table.Th>
                  <Table.Th>
                    <VisuallyHidden>{t`Actions`}</VisuallyHidden>
                  </Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {list.map((rule) => (
                  <OwnRule key={rule.id} rule={rule} />
                ))}
              </Table.Tbody>
            </Table>
          )
        }
      </Loaded>
    </Panel>
  );
}

function OwnRule({ rule }: { rule: NotificationRule }) {
  const customer = useCustomer();
  const remove = useChange('deleteNotificationRule', ['listNotificationRules']);
  const { emitter } = rule;
  const about = aboutText(rule);
  return (
    <Table.Tr>
      <Table.Td style={{ overflowWrap: 'anywhere' }}>
        {emitter?.type === 'task' ? (
          <TextLink to="/$customer/tasks/$taskId" params={{ customer, taskId: emitter.id }} size="sm">
            {emitter.name}
          </TextLink>
        ) : (
          aboutText(rule)
        )}
      </Table.Td>
      <Table.Td>{whenText(rule)}</Table.Td>
      <Table.Td ta="right">
        <Button
          size="xs"
          variant="default"
          aria-label={t`Stop telling me of ${about}`}
          loading={remove.isPending}
          onClick={() => remove.mutate({ params: { id: rule.id } })}
        >
          {t`Stop`}
        </Button>
      </Table.Td>
    </Table.Tr>
  );
}
