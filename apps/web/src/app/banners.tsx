import { t } from '@lingui/core/macro';
import { Alert, Button, Group, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import { WarningIcon } from '../ui/icons.tsx';
import { connection } from './connection.ts';
import classes from './shell.module.css';

/** What keeps the page from being true: no connection, or a page that is older than its server. */
export function Banners() {
  const cache = useQueryClient();
  useEffect(() => connection.watch(cache), [cache]);
  const isLost = useSyncExternalStore(connection.subscribe, () => connection.isLost);
  const isOutdated = useSyncExternalStore(connection.subscribe, () => connection.isOutdated);
  return (
    <div role="status" className={classes.banners}>
      {isLost && (
        <Alert color="orange" icon={<WarningIcon />} p="xs">
          <Text size="sm">{t`Argus cannot be reached. What you see may be out of date; it is tried again every few seconds.`}</Text>
        </Alert>
      )}
      {!isLost && isOutdated && (
        <Alert color="accent" p="xs">
          <Group gap="xs" justify="space-between">
            <Text size="sm">{t`The server has a newer version of this page. Save what you write, then load it.`}</Text>
            <Button size="xs" onClick={() => location.reload()}>
              {t`Load it`}
            </Button>
          </Group>
        </Alert>
      )}
    </div>
  );
}
