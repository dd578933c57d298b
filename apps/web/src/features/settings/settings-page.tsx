import { t } from '@lingui/core/macro';
import { Text } from '@mantine/core';
import { useCustomer } from '../../api/hooks.ts';
import { TextLink } from '../../ui/link.tsx';
import { Page, Panel } from '../../ui/page.tsx';
import { RoleNote } from '../../ui/role-note.tsx';
import { SETTINGS, useMaySettle, type Needed, type SettingsPlace } from './places.ts';
import classes from './settings.module.css';

/** All that can be settled, with what for; and who may where the reader may not. */
export function SettingsPage() {
  const may = useMaySettle();
  const left = SETTINGS.flatMap(({ places }) => places).filter(({ needs }) => !may(needs));
  const needed = [...new Set(left.map(({ needs }) => needs))];
  return (
    <Page title={t`Settings`}>
      {SETTINGS.map(({ title, places }) => {
        const open = places.filter(({ needs }) => may(needs));
        return (
          open.length > 0 && (
            <Panel key={title} title={title}>
              <ul className={classes.cards}>
                {open.map((place) => (
                  <Card key={place.to} place={place} />
                ))}
              </ul>
            </Panel>
          )
        );
      })}
      {needed.map((needs) => (
        <LeftOut key={needs} needs={needs} places={left.filter((place) => place.needs === needs)} />
      ))}
    </Page>
  );
}

function Card({ place: { to, label, about } }: { place: SettingsPlace }) {
  const customer = useCustomer();
  return (
    <li>
      <TextLink to={`/${customer}/${to}` as '/'} fw={600} size="sm">
        {label}
      </TextLink>
      <Text size="sm" c="dimmed">
        {about}
      </Text>
    </li>
  );
}

function LeftOut({ needs, places }: { needs: Needed; places: readonly SettingsPlace[] }) {
  const names = places.map(({ label }) => label).join(', ');
  return <RoleNote needs={needs} what={names} />;
}
