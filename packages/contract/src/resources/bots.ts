import { Type, type Static } from 'typebox';
import { Label } from '../bot-protocol.ts';
import { Closed, Id, OneOf, OrNull, Time } from '../schema.ts';

export const HOST_STATUS = ['online', 'unresponsive', 'offline', 'draining', 'disabled', 'new'] as const;
export const HOST_KINDS = ['bot', 'agent'] as const;
export const Host = Type.Object({
  id: Id,
  hostname: Type.String(),
  kind: OneOf(
    HOST_KINDS,
    '`agent`: an existing agent, which can neither stop a script nor show its log live.',
  ),
  status: OneOf(HOST_STATUS),
  disabled: Type.Boolean(),
  disabled_note: OrNull(
    Type.Object({ at: Time, by: Type.String(), reason: Type.String() }),
    'Who disabled it and why.',
  ),
  slots: Type.Integer({ description: 'Scripts that run at once: what the bot offers, or fewer.' }),
  max_slots: OrNull(Type.Integer({ description: 'At most so many of the slots that the bot offers.' })),
  labels: Type.Array(Type.String(), {
    description: 'All that it carries: its own, those of its settings, its system and its processor.',
  }),
  own_labels: Type.Array(Type.String(), { description: 'Those that people gave it.' }),
  running: Type.Integer({ description: 'Jobs it holds now.' }),
  last_seen_at: OrNull(Time),
  info: OrNull(
    Type.Object({
      version: Type.String(),
      os: Type.String(),
      release: Type.String(),
      arch: Type.String(),
      run_user: Type.String(),
      interpreters: Type.Record(Type.String(), Type.String(), {
        description: 'Found on its path: name and version, or file where it tells none.',
      }),
      capabilities: Type.Record(Type.String(), Type.String(), {
        description: 'How it holds the processes of a script together and limits them.',
      }),
      protocol: OrNull(Type.Integer({ description: 'Of the bot protocol, as it polls.' })),
      problem: OrNull(Type.String({ description: 'Why it takes no jobs at the moment, as it says itself.' })),
    }),
  ),
  health: OrNull(
    Type.Object({
      at: Time,
      cpu_percent: OrNull(
        Type.Number({ description: 'How busy its processors were lately, all of them: 0 to 100.' }),
      ),
      cpu_count: Type.Integer({ description: 'Its processors.' }),
      load: OrNull(Type.Number({ description: 'Load average of one minute; null on Windows.' })),
      memory_total_bytes: Type.Integer(),
      memory_available_bytes: Type.Integer({ description: 'What programs could still have.' }),
      disk_total_bytes: OrNull(Type.Integer({ description: 'Of the fullest disk that the bot works on.' })),
      disk_free_bytes: OrNull(Type.Integer()),
      disk_min_free_bytes: Type.Integer({ description: 'With less than this free it takes no jobs.' }),
    }),
    'How its machine was when it told last; null where it never did.',
  ),
  created_at: Time,
});
export type Host = Static<typeof Host>;
export const HostUpdate = Closed({
  disabled: Type.Optional(Type.Boolean({ description: 'A disabled bot takes no jobs; what runs goes on.' })),
  reason: Type.Optional(Type.String({ maxLength: 500, description: 'Why it is disabled, for people.' })),
  labels: Type.Optional(
    Type.Array(Label, { maxItems: 50, description: 'Its own labels; those that it brings stay.' }),
  ),
  max_slots: Type.Optional(
    OrNull(
      Type.Integer({
        minimum: 0,
        maximum: 1000,
        description: 'At most so many of the slots that it offers.',
      }),
    ),
  ),
});
export const EnrollmentCreate = Closed({
  hostname: Type.Optional(
    Type.String({ maxLength: 255, description: 'Only this hostname may use the code.' }),
  ),
});
export const Enrollment = Type.Object({
  id: Id,
  code: Type.String({ description: 'One use.' }),
  expires: Time,
  command: Type.String({ description: 'The line to run on the new machine.' }),
  note: OrNull(
    Type.String({ description: 'What keeps the line from working elsewhere, if something does.' }),
  ),
});
export const OpenEnrollment = Type.Object({
  id: Id,
  hostname: OrNull(Type.String({ description: 'Only this hostname may use it; null: any.' })),
  created_by: OrNull(Type.String()),
  created_at: Time,
  expires: Time,
});
export type OpenEnrollment = Static<typeof OpenEnrollment>;
export const EnrollmentState = Type.Object({
  id: Id,
  state: OneOf(
    ['waiting', 'enrolled', 'connected'],
    '`enrolled`: the code was used; `connected`: its bot has called as well.',
  ),
  expires: OrNull(Time),
  host: OrNull(Host),
});
