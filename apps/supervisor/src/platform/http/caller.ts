import type { Role } from '@argus/contract';

export interface CustomerRef {
  id: string;
  name: string;
}

/** A person or an integration token, in one organization. */
export interface Actor {
  kind: 'session' | 'integration';
  tokenId: string;
  customer: CustomerRef;
  role: Role;
  /** Member tags, `key:value`. */
  tags: readonly string[];
  userId: string | null;
  email: string | null;
  /** For people to read: an e-mail, or `token "name"`. */
  name: string;
  instanceAdmin: boolean;
  /** A limited token sees only these tasks and their jobs; null sees what the role sees. */
  tasks: readonly string[] | null;
  /** `customers.epoch` when this was read: what is written by it can ask that nothing changed since. */
  epoch: number;
}

/** A bot, by its own credential. */
export interface BotCaller {
  kind: 'bot';
  tokenId: string;
  hostId: string;
  hostname: string;
  customer: CustomerRef;
}

/** An existing agent, by its token. */
export interface AgentCaller {
  kind: 'agent';
  /** Of its credential. */
  agentId: string;
  /** The bot that the credential is for; null before the first registration. */
  host: { id: string; hostname: string } | null;
  /** Scripts it runs at once. */
  slots: number;
  customer: CustomerRef;
}

export type Caller = Actor | BotCaller | AgentCaller;
