import { ArgusApiError } from '@argus/client';
import { Alert, Button, List, Stack, Text } from '@mantine/core';
import { WarningIcon } from './icons.tsx';

/** What went wrong, as a sentence for people. */
export function errorMessage(error: unknown): string {
  if (error instanceof ArgusApiError) return error.message;
  if (error instanceof TypeError) return 'The server cannot be reached. Check the connection and try again.';
  return error instanceof Error ? error.message : String(error);
}

interface ErrorNoticeProps {
  error: unknown;
  /** Fields that show their own errors; the notice lists the others. */
  shownFields?: readonly string[];
  onRetry?: () => void;
}

/** An error of the API where it belongs on the page: its sentence, and the fields that no input shows. */
export function ErrorNotice({ error, shownFields = [], onRetry }: ErrorNoticeProps) {
  if (!error) return null;
  const errors = error instanceof ArgusApiError ? error.errors : [];
  const others = errors.filter(({ field }) => !shownFields.includes(field));
  return (
    <Alert color="red" variant="light" icon={<WarningIcon />} role="alert">
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{errorMessage(error)}</Text>
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
            Try again
          </Button>
        )}
      </Stack>
    </Alert>
  );
}
