import { t } from '@lingui/core/macro';
import { ArgusApiError } from '@argus/client';
import { Alert, Button, List, Stack, Text } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { WarningIcon } from './icons.tsx';

// words for every code: most pages show none of them
const ErrorText = lazy(() => import('./error-text.tsx').then((module) => ({ default: module.ErrorText })));

/** What went wrong, as a sentence for people. */
export function errorMessage(error: unknown): string {
  if (error instanceof ArgusApiError) return error.message;
  if (error instanceof TypeError) return t`The server cannot be reached. Check the connection and try again.`;
  return error instanceof Error ? error.message : String(error);
}

interface ErrorNoticeProps {
  error: unknown;
  /** Fields that show their own errors; the notice lists the others. */
  shownFields?: readonly string[];
  onRetry?: () => void;
}

/** An error of the API where it belongs on the page: what it means, what to do, and what the server says of it. */
export function ErrorNotice({ error, shownFields = [], onRetry }: ErrorNoticeProps) {
  if (!error) return null;
  const errors = error instanceof ArgusApiError ? error.errors : [];
  const others = errors.filter(({ field }) => !shownFields.includes(field));
  const detail = errorMessage(error);
  // with the server away its words cannot be loaded either
  const plain = <Text size="sm">{detail}</Text>;
  return (
    <Alert color="red" variant="light" icon={<WarningIcon />} role="alert">
      <Stack gap={6} align="flex-start">
        {error instanceof ArgusApiError ? (
          <Suspense fallback={plain}>
            <ErrorText error={error} detail={detail} />
          </Suspense>
        ) : (
          plain
        )}
        {others.length > 0 && errors.length > 1 && (
          <List size="sm">
            {others.map(({ field, message }) => (
              <List.Item key={`${field} ${message}`}>
                <b>{field}</b>: {message}
              </List.Item>
            ))}
          </List>
        )}
        {onRetry && (
          <Button size="xs" variant="default" onClick={onRetry}>
            {t`Try again`}
          </Button>
        )}
      </Stack>
    </Alert>
  );
}
