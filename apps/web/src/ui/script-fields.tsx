import { t } from '@lingui/core/macro';
import { Textarea, TextInput } from '@mantine/core';
import type { KeyboardEvent } from 'react';
import classes from './script-fields.module.css';

interface ScriptFieldsProps {
  /** The props of the two inputs, as a form gives them. */
  filename: object;
  content: object;
}

/** The name and the text of a script. */
export function ScriptFields({ filename, content }: ScriptFieldsProps) {
  return (
    <>
      <TextInput
        label={t`Filename`}
        description={t`Its ending tells people and editors the language, e.g. backup.sh.`}
        placeholder="backup.sh"
        withAsterisk
        spellCheck={false}
        autoComplete="off"
        {...filename}
      />
      <Textarea
        label={t`Content`}
        description={t`The first line may name the interpreter, e.g. #!/bin/bash.`}
        autosize
        minRows={10}
        maxRows={30}
        spellCheck={false}
        classNames={{ input: classes.content }}
        onKeyDown={indent}
        wrap="off"
        {...content}
      />
    </>
  );
}

/** Tab indents while Shift+Tab still leaves the field, so that nobody is caught in it. */
function indent(event: KeyboardEvent<HTMLTextAreaElement>): void {
  if (event.key !== 'Tab' || event.shiftKey || event.ctrlKey || event.altKey || event.metaKey) return;
  event.preventDefault();
  const field = event.currentTarget;
  field.setRangeText('  ', field.selectionStart, field.selectionEnd, 'end');
  field.dispatchEvent(new Event('input', { bubbles: true }));
}
