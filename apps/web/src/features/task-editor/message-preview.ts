import { filledMessage, filledRequest, type Member, type Message, type Role } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { argumentText, definitionsOf, HIDDEN, valuesOf, type Samples } from './preview.ts';
import type { TaskDraft } from './task-draft.ts';
import { headersOf, headersProblem } from './type-draft.ts';

/** A request as it would be sent. */
export interface RequestPreview {
  line: string;
  headers: readonly (readonly [name: string, value: string])[];
  body: string;
  problem: string | undefined;
}

/** The request of a draft with its values in it, made by the rules of the server; masked ones are hidden. */
export function requestPreview(draft: TaskDraft, samples: Samples): RequestPreview {
  const { values, labels } = given(draft, samples);
  const { request } = draft;
  // what is wrong with headers is told where they are typed
  const headers = headersProblem(request.headers) === null ? headersOf(request.headers) : {};
  const filled = filledRequest({ ...request, url: request.url.trim(), headers }, values, labels);
  return {
    line: `${filled.method} ${shown(filled.url)}`,
    headers: Object.entries(filled.headers).map(([name, value]) => [name, shown(value)]),
    body: shown(filled.body),
    problem: addressProblem(filled.url),
  };
}

/** What was hidden reads so also where it stands in an address. */
function shown(text: string): string {
  return text.replaceAll(encodeURIComponent(HIDDEN), HIDDEN);
}

function addressProblem(url: string): string | undefined {
  if (url === '') return undefined;
  const { protocol } = URL.parse(url) ?? {};
  return protocol === 'https:' || protocol === 'http:'
    ? undefined
    : t`“${url}” is no address: it begins with https://`;
}

/** Whom an entry of the recipients reaches. */
export interface Reached {
  entry: string;
  /** Names or addresses; undefined where it cannot be known here. */
  people: readonly string[] | undefined;
}

export interface MessagePreview {
  subject: string;
  body: string;
  reaches: readonly Reached[];
}

interface Known {
  /** undefined: who edits it may not list them. */
  members: readonly Member[] | undefined;
  /** Names of channels by id. */
  channels: ReadonlyMap<string, string>;
}

/** A message as it would be sent, and whom it would reach. */
export function messagePreview(draft: TaskDraft, samples: Samples, known: Known): MessagePreview {
  const { values, labels } = given(draft, samples);
  const message: Message = filledMessage(draft.notification, values, labels);
  return {
    subject: message.subject || draft.name,
    body: message.body,
    reaches: message.recipients.map((entry) => reached(entry, known)),
  };
}

function reached(entry: string, { members, channels }: Known): Reached {
  const channel = channels.get(entry);
  if (channel !== undefined) return { entry: channel, people: [channel] };
  if (entry.includes('@')) return { entry, people: [entry] };
  const active = members?.filter(({ disabled_at }) => disabled_at === null);
  // a role names those who have just that role
  const named = active?.filter(
    ({ credential, tags }) => credential === (entry as Role) || tags.includes(entry),
  );
  return { entry, people: named?.map(({ user }) => user.email) };
}

function given(draft: TaskDraft, samples: Samples) {
  const definitions = definitionsOf(draft);
  const values = valuesOf(draft, samples);
  return {
    values: definitions.map((definition) => argumentText(definition, values[definition.order])),
    labels: definitions.map(({ label }) => label),
  };
}
