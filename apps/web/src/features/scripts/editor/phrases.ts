import { t } from '@lingui/core/macro';

/** What the editor says by itself, in the reader's language. */
export const PHRASES: Readonly<Record<string, string>> = {
  Find: t`Find`,
  Replace: t`Replace with`,
  next: t`next`,
  previous: t`previous`,
  all: t`all`,
  'match case': t`match case`,
  regexp: t`pattern`,
  'by word': t`whole words`,
  replace: t`replace`,
  'replace all': t`replace all`,
  close: t`close`,
  'current match': t`current match`,
  'on line': t`on line`,
  'Go to line': t`Go to line`,
  go: t`go`,
  Completions: t`Completions`,
  Diagnostics: t`Problems`,
  'No diagnostics': t`No problems`,
  'Fold line': t`Fold line`,
  'Unfold line': t`Unfold line`,
  'folded code': t`folded code`,
  unfold: t`unfold`,
  'to line': t`to line`,
  '$ unchanged lines': t`$ unchanged lines`,
};
