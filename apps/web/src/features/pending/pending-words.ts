import type { Decision, Pending } from '@argus/contract';

type Decided = Pending['decisions'][number];

/** How many have approved so far. */
export function approvedBy({ decisions }: Pick<Pending, 'decisions'>): number {
  return decisions.filter(({ decision }) => decision === 'approve').length;
}

/** How many of whom must approve; undefined where one word is enough and one person is asked. */
export function quorumText({ needed, people }: Pick<Pending, 'needed' | 'people'>): string | undefined {
  if (people.length === 1) return undefined;
  if (needed === 1) return `One of ${people.length} decides`;
  return needed === people.length
    ? `All ${needed} must approve`
    : `${needed} of ${people.length} must approve`;
}

/** What a person has done about it, in a word. */
export function wordOf(decided: Decided | undefined, isOpen: boolean): string {
  switch (decided?.decision) {
    case 'approve':
      return 'approved';
    case 'reject':
      return 'rejected';
    case 'input':
      return 'filled it in';
    case undefined:
      return isOpen ? 'has not answered yet' : 'did not answer';
  }
}

export const VIA: Readonly<Record<Decided['via'], string>> = {
  page: 'on the page',
  api: 'by the API',
  link: 'by the link in the mail',
};

/** Whether a decision is refused without a reason. */
export function needsReason(rule: Pending['reason'], decision: Decision): boolean {
  return rule === 'always' || (rule === 'on_reject' && decision === 'reject');
}

/** The label and value of each argument that approvers look at. */
export function shownValues({
  task_arguments,
  task_arguments_values,
}: Pick<Pending, 'task_arguments' | 'task_arguments_values'>): {
  label: string;
  value: string;
  isText: boolean;
}[] {
  return task_arguments.map(({ label, masked }, place) => {
    const name = typeof label === 'string' && label.trim() !== '' ? label : `Argument ${place + 1}`;
    const value = task_arguments_values[place] ?? null;
    if (masked === true || value === null) return { label: name, value: '••• (masked)', isText: false };
    if (value === '') return { label: name, value: 'left out', isText: false };
    return { label: name, value, isText: true };
  });
}

/** What came before the request was made; empty values are none, so that defaults show. */
export function suggestedValues({ task_arguments_values }: Pick<Pending, 'task_arguments_values'>) {
  return task_arguments_values.map((value) => value || null);
}
