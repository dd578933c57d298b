import { mayGrant, type Member } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { Alert, Stack, Text } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { useApi, useCustomer } from '../../api/hooks.ts';
import { useMay, useProfile, useRole } from '../../api/session.ts';
import { BanIcon } from '../../ui/icons.tsx';
import { TextLink } from '../../ui/link.tsx';
import { dateText } from '../../ui/locale.ts';
import { EmptyState, Facts, Loaded, Page, Panel } from '../../ui/page.tsx';
import { RoleNote } from '../../ui/role-note.tsx';
import { Ago } from '../../ui/times.tsx';
import { MemberAccessPanel } from './member-access.tsx';
import { MemberMenu } from './member-menu.tsx';
import { RoleSelect } from './role-select.tsx';
import { Tags } from './tags.tsx';

const route = getRouteApi('/$customer/settings/members/$memberId');

/** One member: as what they are here, and what they see and may do because of that. */
export function MemberPage() {
  const { memberId } = route.useParams();
  const members = useApi('listMembers', {});
  return (
    <Loaded query={members}>
      {(list) => {
        const member = list.find(({ id }) => id === memberId);
        return member ? <Found member={member} /> : <Gone />;
      }}
    </Loaded>
  );
}

function ToMembers() {
  const customer = useCustomer();
  return (
    <TextLink to="/$customer/settings/members" params={{ customer }} size="sm">
      {t`Members`}
    </TextLink>
  );
}

function Gone() {
  return (
    <Page title={t`Member`} parent={<ToMembers />}>
      <Panel>
        <EmptyState title={t`There is no such member`}>
          {t`They were removed, or the address is wrong.`}
        </EmptyState>
      </Panel>
    </Page>
  );
}

function Found({ member }: { member: Member }) {
  const mine = useRole();
  const me = useProfile().email;
  const explains = useMay('admin');
  const { user, credential, tags, disabled_at: outSince } = member;
  const changes = mayGrant(mine, credential) && user.email !== me;
  return (
    <Page title={user.name} parent={<ToMembers />} actions={changes && <MemberMenu member={member} isPage />}>
      {outSince && (
        <Alert color="orange" variant="light" icon={<BanIcon />} role="status">
          <Trans>
            Kept out since <Ago at={outSince} />: cannot sign in here, and is asked and told nothing.
          </Trans>
        </Alert>
      )}
      <Panel title={t`Membership`}>
        <Stack gap="md">
          <Facts
            facts={[
              [t`E-mail`, user.email],
              [t`Role`, changes ? <RoleSelect key="role" member={member} /> : credential],
              [t`Tags`, <Tags key="tags" tags={tags} />],
              [t`Member since`, dateText(member.created_at)],
              [t`Sign-in`, <SignIn key="in" member={member} />],
            ]}
          />
          {!changes && user.email === me && (
            <Text size="sm" c="dimmed">
              {t`This is you: nobody changes their own role, tags or membership.`}
            </Text>
          )}
          {!changes && user.email !== me && (
            <Text size="sm" c="dimmed">
              {t`Your role, ${mine}, may not change somebody who is ${credential}.`}
            </Text>
          )}
        </Stack>
      </Panel>
      {explains ? (
        <MemberAccessPanel member={member} />
      ) : (
        <RoleNote needs="admin" what={t`what this member sees and why`} />
      )}
    </Page>
  );
}

/** Whether they have joined, and how long the way in is open. */
export function SignIn({ member: { active, invited_until: until } }: { member: Member }) {
  if (active) return <>{t`with a password`}</>;
  if (until === null) return <>{t`Cannot sign in: no invitation open`}</>;
  const day = dateText(until);
  return <>{t`Invited until ${day}`}</>;
}
