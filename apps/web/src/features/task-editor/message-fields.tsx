import { HTTP_METHODS, ROLES, secretReference } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { NumberInput, Select, SimpleGrid, Stack, TagsInput, Textarea, TextInput } from '@mantine/core';
import { useApi } from '../../api/hooks.ts';
import { Panel } from '../../ui/page.tsx';
import { CHANNEL_LABELS } from '../notifications/words.ts';
import { BotChoice } from './bot-choice.tsx';
import type { FormPart } from './form-part.ts';
import { useMembers } from '../tasks/people-input.tsx';
import classes from './task-form.module.css';

const [first, second, named] = ['{0}', '{1}', '{label}'];
const PLACES = t`May hold ${first}, ${second} …: the arguments in their order, or ${named}.`;
const secret = secretReference('NAME');
const IN_BODY = t`May hold ${first}, ${second} …: the arguments in their order, or ${named}; ${secret} for a secret.`;
const HEADERS = t`One a line, Name: value. May hold ${first}, ${second} …: the arguments in their order, or ${named}; ${secret} for a secret.`;

/** What a notification says, and to whom. */
export function MessageFields({ form }: FormPart) {
  return (
    <Panel title={t`What it says, and to whom`}>
      <Stack>
        <TextInput
          label={t`Subject`}
          description={PLACES}
          placeholder={t`e.g. ${first} is deployed`}
          maxLength={500}
          {...form.getInputProps('notification.subject')}
        />
        <Textarea
          label={t`Text`}
          description={PLACES}
          autosize
          minRows={4}
          maxRows={20}
          maxLength={20_000}
          {...form.getInputProps('notification.body')}
        />
        <Recipients form={form} />
      </Stack>
    </Panel>
  );
}

/** Channels are kept by their ids and shown by their names. */
function Recipients({ form }: FormPart) {
  const members = useMembers();
  const channels = useApi('listChannels', {}).data ?? [];
  const tags = [...new Set(members.flatMap((member) => member.tags))];
  const nameOf = new Map(channels.map(({ id, name, type }) => [id, `${name} (${CHANNEL_LABELS[type]})`]));
  const idOf = new Map([...nameOf].map(([id, name]) => [name, id]));
  const data = [
    { group: t`Channels`, items: [...idOf.keys()] },
    { group: t`Members`, items: members.map(({ user }) => user.email) },
    { group: t`Roles`, items: [...ROLES] as string[] },
    { group: t`Tags of members`, items: tags },
  ].filter(({ items }) => items.length > 0);
  const { recipients } = form.values.notification;
  return (
    <TagsInput
      label={t`Recipients`}
      description={t`E-mail addresses, members, roles, member tags (team:ops), or channels.`}
      placeholder={recipients.length === 0 ? t`e.g. ada@example.org, team:ops` : undefined}
      withAsterisk
      acceptValueOnBlur
      data={data}
      maxDropdownHeight={260}
      error={form.errors['notification.recipients']}
      value={recipients.map((one) => nameOf.get(one) ?? one)}
      onChange={(shown) =>
        form.setFieldValue(
          'notification.recipients',
          shown.map((one) => idOf.get(one) ?? one),
        )
      }
    />
  );
}

/** What an HTTP task asks, and what counts as success. */
export function RequestFields({ form }: FormPart) {
  return (
    <Panel title={t`What is called`}>
      <Stack>
        <div className={classes.request}>
          <Select
            label={t`Method`}
            allowDeselect={false}
            data={[...HTTP_METHODS]}
            {...form.getInputProps('request.method')}
          />
          <TextInput
            label={t`Address`}
            placeholder="https://example.org/orders/{0}"
            withAsterisk
            spellCheck={false}
            maxLength={4000}
            classNames={{ input: classes.code }}
            {...form.getInputProps('request.url')}
          />
        </div>
        <Textarea
          label={t`Headers`}
          description={HEADERS}
          // verbatim: headers
          placeholder={'Accept: application/json\nX-Order: {0}'}
          autosize
          minRows={2}
          maxRows={12}
          spellCheck={false}
          classNames={{ input: classes.code }}
          {...form.getInputProps('request.headers')}
        />
        <Textarea
          label={t`Body`}
          description={IN_BODY}
          autosize
          minRows={3}
          maxRows={20}
          spellCheck={false}
          classNames={{ input: classes.code }}
          {...form.getInputProps('request.body')}
        />
        <SimpleGrid cols={{ base: 1, sm: 2 }} className={classes.pair}>
          <TextInput
            label={t`Status that counts as success`}
            description={t`Such as 200,204 or 2xx,404.`}
            placeholder={t`2xx`}
            spellCheck={false}
            maxLength={100}
            {...form.getInputProps('request.expect_status')}
          />
          <TextInput
            label={t`Pattern of the answer`}
            description={t`A regular expression (RE2) that its body must match.`}
            placeholder={t`anything`}
            spellCheck={false}
            maxLength={1000}
            classNames={{ input: classes.code }}
            {...form.getInputProps('request.expect_pattern')}
          />
        </SimpleGrid>
        <BotChoice
          form={form}
          without={t`The machine that sends it. Empty: this server, which calls no private addresses.`}
        />
        <NumberInput
          label={t`Execution Timeout`}
          description={t`Seconds until it is given up, at most 86,400 (a day).`}
          placeholder="600"
          min={1}
          allowDecimal={false}
          suffix=" s"
          maw={420}
          {...form.getInputProps('timeout')}
        />
      </Stack>
    </Panel>
  );
}
