import {
  APPROVAL_DEFAULTS,
  HTTP_DEFAULTS,
  INPUTS_DEFAULTS,
  type Approval,
  type HttpRequest,
  type Inputs,
  type Message,
  type Task,
  type TaskType,
  type TaskUpdate,
} from '@argus/contract';
import { t } from '@lingui/core/macro';
import { numberOf } from './policy-draft.ts';

/** Seconds of each unit that a time to wait can be given in. */
export const UNITS = { s: 1, min: 60, h: 3_600, d: 86_400 } as const;
export type Unit = keyof typeof UNITS;

/** A time to wait; without a count: for ever. */
export interface SpanDraft {
  count: number | string;
  unit: Unit;
}

/** What a task has because of its type, as the form edits it. */
export interface TypeDraft {
  type: TaskType;
  approval: Omit<Approval, 'needed' | 'deadline'> & {
    /** `some`: as many as `count` says. */
    needed: 'one' | 'all' | 'some';
    count: number | string;
    deadline: SpanDraft;
  };
  /** Of a script: whether people are asked where it starts by itself. */
  asksInputs: boolean;
  inputs: Omit<Inputs, 'deadline'> & { deadline: SpanDraft };
  notification: Message;
  /** Headers as lines `Name: value`. */
  request: Omit<HttpRequest, 'headers'> & { headers: string };
}

const FOR_EVER: SpanDraft = { count: '', unit: 'h' };

export const EMPTY_TYPE: TypeDraft = {
  type: 'script',
  approval: { ...APPROVAL_DEFAULTS, needed: 'one', count: 2, deadline: FOR_EVER },
  asksInputs: false,
  inputs: { ...INPUTS_DEFAULTS, deadline: FOR_EVER },
  notification: { subject: '', body: '', recipients: [] },
  request: { ...HTTP_DEFAULTS, headers: '' },
};

export function typeDraft({ type, approval, inputs, notification, request }: Task): TypeDraft {
  return {
    ...EMPTY_TYPE,
    type,
    ...(approval && {
      approval: {
        ...approval,
        ...(typeof approval.needed === 'number'
          ? { needed: 'some' as const, count: approval.needed }
          : { needed: approval.needed, count: EMPTY_TYPE.approval.count }),
        deadline: spanDraft(approval.deadline),
      },
    }),
    asksInputs: type === 'script' && inputs !== null,
    ...(inputs && { inputs: { ...inputs, deadline: spanDraft(inputs.deadline) } }),
    ...(notification && { notification }),
    ...(request && { request: { ...request, headers: headerLines(request.headers) } }),
  };
}

/** What is sent of it: only what its type has. */
export function typeBody({
  type,
  approval: { needed, count, deadline, ...approval },
  asksInputs,
  inputs,
  notification,
  request,
}: TypeDraft): Pick<TaskUpdate, 'type' | 'approval' | 'inputs' | 'notification' | 'request'> {
  const asked = { ...inputs, deadline: secondsOf(inputs.deadline) };
  switch (type) {
    case 'script':
      return { type, inputs: asksInputs ? asked : null };
    case 'approval':
      return {
        type,
        approval: {
          ...approval,
          needed: needed === 'some' ? (numberOf(count) ?? 1) : needed,
          deadline: secondsOf(deadline),
        },
      };
    case 'input':
      return { type, inputs: asked };
    case 'notification':
      return { type, notification };
    case 'http':
      return { type, request: { ...request, url: request.url.trim(), headers: headersOf(request.headers) } };
  }
}

/** In the largest unit that leaves no rest. */
export function spanDraft(seconds: number | null): SpanDraft {
  if (seconds === null) return FOR_EVER;
  const unit = (['d', 'h', 'min'] as const).find((one) => seconds % UNITS[one] === 0) ?? 's';
  return { count: seconds / UNITS[unit], unit };
}

export function secondsOf({ count, unit }: SpanDraft): number | null {
  const number = numberOf(count);
  return number === null ? null : Math.round(number * UNITS[unit]);
}

function headerLines(headers: Record<string, string>): string {
  return Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n');
}

/** Lines of headers, as far as they are some. */
export function headersOf(text: string): Record<string, string> {
  return Object.fromEntries(
    linesOf(text).map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
    }),
  );
}

/** What is wrong with lines of headers; null where nothing is. */
export function headersProblem(text: string): string | null {
  const names = new Set<string>();
  for (const line of linesOf(text)) {
    const name = line.includes(':') ? line.slice(0, line.indexOf(':')).trim() : '';
    if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name)) return t`“${line}” is no header: write Name: value`;
    if (names.has(name.toLowerCase())) return t`has ${name} twice`;
    names.add(name.toLowerCase());
  }
  return null;
}

function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line.trim() !== '');
}
