import { Type, type Static } from 'typebox';
import { Closed, Id, OrNull, Time } from '../schema.ts';

/** How many scripts an existing agent runs at once, unless its own setting says one at a time. */
export const AGENT_SLOTS = 10;

/** A name that fits into a path segment, since agents send it in theirs. */
const asHostname = { minLength: 1, maxLength: 200, pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$' };

export const AgentCredential = Type.Object({
  id: Id,
  hostname: OrNull(
    Type.String({ description: 'The bot that it is for; null until its first registration.' }),
  ),
  host_id: OrNull(Id),
  slots: Type.Integer(),
  created_by: Type.String(),
  created_at: Time,
  last_used_at: OrNull(Time),
});
export type AgentCredential = Static<typeof AgentCredential>;

export const AgentCredentialCreate = Closed({
  hostname: Type.Optional(
    Type.String({ ...asHostname, description: 'The bot that it is for; else the first one that registers.' }),
  ),
  slots: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: AGENT_SLOTS,
      description: 'Scripts at once: 10, or 1 for an agent that runs with THEEYE_AGENT_MULTITASKING=false.',
    }),
  ),
});

export const AgentCredentialCreated = Type.Object({
  ...AgentCredential.properties,
  supervisor: Type.Object(
    {
      api_url: Type.String(),
      client_id: Type.String(),
      client_secret: Type.String({ description: 'Shown this once.' }),
      client_customer: Type.String(),
      client_hostname: Type.String({ description: 'Empty: the machine’s own name.' }),
    },
    { description: 'The content of the agent’s credentials file.' },
  ),
});

export const AgentLogin = Closed({
  client_id: Type.String({ maxLength: 200 }),
  client_secret: Type.String({ maxLength: 200 }),
});

/** What agents send may hold more than is read. */
const open = { additionalProperties: true };

export const AgentRegistration = Type.Object(
  {
    hostname: Type.String(asHostname),
    version: Type.Optional(Type.Unknown()),
    info: Type.Optional(Type.Unknown()),
  },
  open,
);
export const OldAgentRegistration = Type.Object(
  { version: Type.Optional(Type.Unknown()), info: Type.Optional(Type.Unknown()) },
  open,
);

export const AgentRegistered = Type.Object({
  type: Type.Literal('keepAlive'),
  looptime: Type.Integer({ description: 'Milliseconds.' }),
  host_id: Id,
  resource_id: Id,
  connection_id: Type.Optional(Type.String()),
});

/** A script to run, as existing agents read it. */
export const AgentJob = Type.Object({
  _type: Type.Literal('ScriptJob'),
  id: Id,
  name: Type.String(),
  task_id: Id,
  script: Type.Object({
    id: Type.String({ description: 'Names the script and its content; only for the download.' }),
    filename: Type.String(),
    md5: Type.String(),
  }),
  script_runas: Type.String(),
  task_arguments_values: Type.Array(Type.String()),
  env: Type.Record(Type.String(), Type.String()),
  timeout: Type.Integer({ description: 'Milliseconds.' }),
  agent_logging: Type.Boolean(),
});
export type AgentJob = Static<typeof AgentJob>;

export const AgentResult = Type.Object(
  {
    result: Type.Object(
      { state: Type.Optional(Type.Unknown()), data: Type.Optional(Type.Unknown()) },
      {
        ...open,
        description: '`state` is what the last line said; `data` has code, log, lastline, signal, killed.',
      },
    ),
  },
  open,
);

/** Figures of the machine: taken, not kept. */
export const AgentFigures = Type.Object({}, open);
