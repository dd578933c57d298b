import { ArgusApiError } from '@argus/client';
import type { Approval } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Switch } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { entryErrors } from '../task-editor/form-errors.ts';
import { PeopleInput } from '../tasks/people-input.tsx';
import { askedText } from '../tasks/type-words.ts';

type Who = Pick<Approval, 'who' | 'people'>;

interface Asking {
  /** Who decides. */
  decide?: Who | undefined;
  /** Who may give the values in place of its starter; null: nobody is named yet. */
  fillIn?: Who | null | undefined;
}

interface Asked {
  /** Others give the values. */
  asksOthers: boolean;
  /** What of it a run is sent with. */
  options: { assignee?: string[] };
  /** Who gives the values, chosen before they are asked for. */
  above: ReactNode;
  /** To whom it is assigned, where that is asked for, with what the server said of them. */
  below: (error: unknown) => ReactNode;
}

/** Whom a run asks, as far as its starter has a say. */
export function useAsked({ decide, fillIn }: Asking): Asked {
  const [assignee, setAssignee] = useState<string[]>([]);
  const [lets, setLets] = useState(false);
  const asksOthers = lets && fillIn !== undefined;
  const assigned = [decide, asksOthers ? fillIn : undefined].find((one) => one?.who === 'assigned');
  return {
    asksOthers,
    options: assigned && assignee.length > 0 ? { assignee } : {},
    above: fillIn !== undefined && (
      <Switch
        label={t`Let those fill it in who are asked`}
        description={othersText(fillIn ? askedText(fillIn) : t`nobody yet`)}
        checked={lets}
        onChange={(event) => setLets(event.currentTarget.checked)}
      />
    ),
    below: (error) =>
      assigned && (
        <PeopleInput
          label={t`Assign to`}
          description={assignText(assigned === decide, assigned.people.join(', '))}
          placeholder="ada@example.org"
          withAsterisk={assigned.people.length === 0}
          roles={[]}
          value={assignee}
          error={assigneeProblem(error, assignee)}
          onChange={setAssignee}
        />
      ),
  };
}

function othersText(who: string): string {
  return t`Asked: ${who}.`;
}

function assignText(decides: boolean, usual: string): string {
  if (usual === '')
    return decides
      ? t`Who decides: e-mail addresses of members.`
      : t`Who fills it in: e-mail addresses of members.`;
  return decides
    ? t`Who decides: e-mail addresses of members. Empty: ${usual}.`
    : t`Who fills it in: e-mail addresses of members. Empty: ${usual}.`;
}

/** What is wrong with those that it is assigned to, each by its name. */
function assigneeProblem(error: unknown, assignee: readonly string[]): string | undefined {
  if (!(error instanceof ArgusApiError)) return undefined;
  return entryErrors(error.errors, 'assignee', assignee).join('; ') || undefined;
}
