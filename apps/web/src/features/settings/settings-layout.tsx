import { t } from '@lingui/core/macro';
import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Link, Outlet } from '@tanstack/react-router';
import { useId, useRef } from 'react';
import { useCustomer } from '../../api/hooks.ts';
import { useRole } from '../../api/session.ts';
import { DownIcon } from '../../ui/icons.tsx';
import { EmptyState, Page, Panel } from '../../ui/page.tsx';
import { WHO_MAY } from '../../ui/role-note.tsx';
import { useShownPath } from '../../ui/shown-path.ts';
import { placeOf, SETTINGS, useMaySettle, type SettingsPlace } from './places.ts';
import classes from './settings.module.css';

/** What surrounds every page of the settings: the way to the others, and why one is not shown. */
export function SettingsLayout() {
  const may = useMaySettle();
  const place = placeOf(useShownPath());
  return (
    <div className={classes.settings}>
      <div className={classes.columns}>
        <SettingsMenu here={place} />
        <div>{place === undefined || may(place.needs) ? <Outlet /> : <NotForYou place={place} />}</div>
      </div>
    </div>
  );
}

/** Beside the page; where there is no room for that, folded above it. */
function SettingsMenu({ here }: { here: SettingsPlace | undefined }) {
  const customer = useCustomer();
  const may = useMaySettle();
  const id = useId();
  const [opened, { toggle, close }] = useDisclosure(false);
  const button = useRef<HTMLButtonElement>(null);
  const fold = () => {
    close();
    button.current?.focus();
  };
  const name = here?.label ?? t`Overview`;
  return (
    <nav
      aria-label={t`Settings`}
      className={classes.menu}
      data-folded={opened ? undefined : ''}
      onKeyDown={({ key }) => key === 'Escape' && opened && fold()}
    >
      <Button
        ref={button}
        variant="default"
        fullWidth
        justify="space-between"
        rightSection={<DownIcon size={12} />}
        className={classes.toggle}
        aria-expanded={opened}
        aria-controls={id}
        onClick={toggle}
      >
        {t`Settings: ${name}`}
      </Button>
      <div id={id} className={classes.list}>
        <ul>
          <li>
            <Link
              to="/$customer/settings"
              params={{ customer }}
              activeOptions={{ exact: true }}
              className={classes.link}
              onClick={close}
            >
              {t`Overview`}
            </Link>
          </li>
        </ul>
        {SETTINGS.map(({ title, places }) => {
          const open = places.filter(({ needs }) => may(needs));
          if (open.length === 0) return null;
          return (
            <div key={title} role="group" aria-label={title}>
              <div className={classes.group} aria-hidden="true">
                {title}
              </div>
              <ul>
                {open.map(({ to, label }) => (
                  <li key={to}>
                    <Link to={`/${customer}/${to}` as '/'} className={classes.link} onClick={close}>
                      {label}
                    </Link>
                  </li>
                ))}
              </ul>
            </div>
          );
        })}
      </div>
    </nav>
  );
}

/** In place of a page that who came here by its address may not see. */
function NotForYou({ place: { label, needs } }: { place: SettingsPlace }) {
  const role = useRole();
  const who = WHO_MAY[needs];
  return (
    <Page title={label}>
      <Panel>
        <EmptyState title={t`This page is not for your role`}>
          {t`${who} may open it. Your role here is ${role}: ask one of them for what you need.`}
        </EmptyState>
      </Panel>
    </Page>
  );
}
