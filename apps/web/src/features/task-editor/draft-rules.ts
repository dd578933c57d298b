import {
  ArgusError,
  normalizeDefinitions,
  parseEnv,
  parseRunAs,
  problemOfEntry,
  type FieldError,
} from '@argus/contract';
import { t } from '@lingui/core/macro';
import { said } from '../../api/sentences/said.ts';
import { argumentTools } from '../../ui/argument-form/values.ts';
import { formErrors } from './form-errors.ts';
import { definitionOf, type TaskDraft } from './task-draft.ts';
import { headersProblem } from './type-draft.ts';

const NAME_MAX = 200;

/** What the server would refuse of a draft, by the path of the input, as far as that needs nothing but the draft. */
export function problemsOfDraft(draft: TaskDraft): Record<string, string> {
  const errors: FieldError[] = [];
  const say = (field: string, message: string | undefined | null) => {
    if (message) errors.push({ field, message });
  };
  if (draft.name.trim() === '') say('name', t`is required`);
  if (draft.name.length > NAME_MAX) say('name', t`has more than ${NAME_MAX} characters`);
  errors.push(...problemsOfArguments(draft));
  draft.acls.forEach((entry, index) => say(`acls[${index}]`, problemOfEntry(entry)));
  if (draft.type === 'script') {
    say(
      'run_as',
      refusal(() => parseRunAs(draft.run_as)),
    );
    errors.push(...problemsOfEnv(draft.env));
    if (draft.writesScript && draft.script.filename.trim() === '') say('script.filename', t`is required`);
  }
  if (draft.type === 'http') say('request.headers', headersProblem(draft.request.headers));
  const inWords = errors.map(({ field, message }) => ({ field, message: said(message) }));
  return formErrors(inWords, draft).byInput;
}

/** A masked value that was given earlier is not in the form: the server keeps it. */
function problemsOfArguments({ task_arguments }: TaskDraft): FieldError[] {
  const { errors } = normalizeDefinitions(task_arguments.map(definitionOf), argumentTools);
  return errors.filter(({ field }) => {
    const index = /^task_arguments\[(\d+)\]\.value$/.exec(field)?.[1];
    const draft = index === undefined ? undefined : task_arguments[Number(index)];
    return !(draft?.masked && draft.value === '');
  });
}

function problemsOfEnv(text: string): readonly FieldError[] {
  try {
    parseEnv(text);
    return [];
  } catch (error) {
    return error instanceof ArgusError && error.errors
      ? error.errors
      : [{ field: 'env', message: (error as Error).message }];
  }
}

function refusal(read: () => unknown): string | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
