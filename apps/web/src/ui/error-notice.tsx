import { t } from '@lingui/core/macro';
import { ArgusApiError } from '@argus/client';
import { Alert, Button, List, Stack, Text } from '@mantine/core';
import { ERROR_WORDS, NO_ANSWER, type ErrorWords } from './error-words.ts';
import { WarningIcon } from './icons.tsx';

/** What went wrong, as a sentence for people. */
export function errorMessage(error: unknown): string {
  if (error instanceof ArgusApiError) return error.message;
  if (error instanceof TypeError) return `${NO_ANSWER.title}. ${NO_ANSWER.next}`;
  return error instanceof Error ? error.message : String(error);
}

// a newer server may have codes that this page does not know
const KNOWN: Readonly<Record<string, ErrorWords | undefined>> = ERROR_WORDS;

/** What it means and what to do, in the reader's language; undefined for what only its own sentence tells. */
function wordsOf(error: unknown): ErrorWords | undefined {
  if (error instanceof TypeError) return NO_ANSWER;
  if (!(error instanceof ArgusApiError)) return undefined;
  return KNOWN[error.code];
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
  const words = wordsOf(error);
  const detail = error instanceof TypeError ? undefined : errorMessage(error);
  return (
    <Alert color="red" variant="light" icon={<WarningIcon />} role="alert">
      <Stack gap={6} align="flex-start">
        {words && (
          <Text size="sm">
            <b>{words.title}.</b> {words.next}
          </Text>
        )}
        {detail !== undefined && (
          // of the server: in English, whatever the page speaks
          <Text size="sm" {...(words && { lang: 'en' })}>
            {detail}
          </Text>
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
