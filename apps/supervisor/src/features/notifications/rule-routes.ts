import {
  ArgusError,
  atLeast,
  invalid,
  seesEverything,
  USUAL_RULE_EVENTS,
  type Emitter,
  type NotificationRule,
  type NotificationRuleCreate,
} from '@argus/contract';
import type { Actor } from '../../platform/http/caller.ts';
import type { Handlers } from '../../platform/http/operations.ts';
import { newId } from '../../platform/ids.ts';
import { visibleTo } from '../access/index.ts';
import { changes } from '../audit/index.ts';
import type { NotificationQueries, RuleValues, ShownRule } from './queries.ts';

type RuleOperations =
  | 'listNotificationRules'
  | 'createNotificationRule'
  | 'getNotificationRule'
  | 'updateNotificationRule'
  | 'deleteNotificationRule';

/** Rules that somebody may have for themselves. */
const OWN_MAX = 500;

export interface RuleServices {
  queries: NotificationQueries;
  /** The user of a member, by e-mail or id; undefined where there is no such member. */
  userOf(customerId: string, emailOrId: string): Promise<string | undefined>;
}

export function ruleRoutes({ queries, userOf }: RuleServices): Pick<Handlers, RuleOperations> {
  const isAdmin = ({ role }: Actor) => atLeast(role, 'admin');

  /** One's own, and for admins each: another's does not exist. */
  async function found(caller: Actor, id: string): Promise<ShownRule> {
    const rule = await queries.rule(caller.customer.id, id);
    if (rule === undefined || !(isAdmin(caller) || (rule.user_id !== null && rule.user_id === caller.userId)))
      throw new ArgusError('not_found');
    return rule;
  }

  const shown = async (caller: Actor, id: string) => ruleView(await found(caller, id));

  async function valuesOf(
    caller: Actor,
    body: Omit<NotificationRuleCreate, 'personal'>,
    { old, owner }: { old: RuleValues | undefined; owner: string | null },
  ): Promise<RuleValues> {
    const emitter = await emitterOf(caller, body.emitter, old);
    const tag = body.tag === undefined ? (old?.tag ?? null) : body.tag;
    if (tag !== null && emitter.emitter_id !== null && body.tag)
      throw invalid('tag', 'is for rules about every task: leave `emitter` out');
    const { channels, members } =
      owner !== null ? ownRecipient(owner, body) : await recipientsOf(caller, body, old);
    return {
      emitter_type: emitter.emitter_type,
      emitter_id: emitter.emitter_id,
      name: body.name?.trim() || old?.name || emitter.usualName,
      tag: emitter.emitter_id === null ? tag : null,
      events: body.events ?? old?.events ?? usualEvents(emitter.emitter_type),
      only_first_failure: body.only_first_failure ?? old?.only_first_failure ?? false,
      recovered: body.recovered ?? old?.recovered ?? false,
      log_lines: body.log_lines ?? old?.log_lines ?? 0,
      channels,
      members,
      enabled: body.enabled ?? old?.enabled ?? true,
    };
  }

  async function emitterOf(
    caller: Actor,
    given: NotificationRuleCreate['emitter'],
    old: RuleValues | undefined,
  ): Promise<Pick<RuleValues, 'emitter_type' | 'emitter_id'> & { usualName: string }> {
    const usualName = 'Every task and workflow';
    if (given === undefined && old !== undefined)
      return { emitter_type: old.emitter_type, emitter_id: old.emitter_id, usualName };
    if (given == null) return { emitter_type: null, emitter_id: null, usualName };
    const { type, id } = given;
    const emitter = await queries.emitter(caller.customer.id, type, id);
    const isSeen =
      emitter !== undefined &&
      (type === 'webhook'
        ? seesEverything(caller.role)
        : visibleTo(caller, { taskId: id, acls: emitter.acls }));
    if (!isSeen) throw invalid('emitter.id', `there is no such ${type}`);
    return { emitter_type: type, emitter_id: id, usualName: emitter.name };
  }

  async function recipientsOf(
    caller: Actor,
    body: Pick<NotificationRuleCreate, 'channels' | 'members'>,
    old: RuleValues | undefined,
  ): Promise<Pick<RuleValues, 'channels' | 'members'>> {
    const channels = body.channels ?? old?.channels ?? [];
    const known = new Set((await queries.knownChannels(caller.customer.id, channels)).map(({ id }) => id));
    for (const [index, id] of channels.entries())
      if (!known.has(id)) throw invalid(`channels[${index}]`, 'there is no such channel');
    const members: string[] = [];
    for (const [index, emailOrId] of (body.members ?? []).entries()) {
      const user = await userOf(caller.customer.id, emailOrId);
      if (user === undefined) throw invalid(`members[${index}]`, 'is no member: give the e-mail of one');
      members.push(user);
    }
    const wanted = body.members === undefined ? (old?.members ?? []) : [...new Set(members)];
    if (channels.length === 0 && wanted.length === 0)
      throw invalid('channels', 'name who is told: at least one channel or member');
    return { channels, members: wanted };
  }

  return {
    async listNotificationRules({ caller, query }) {
      const own = query.mine === true || !isAdmin(caller);
      if (own && caller.userId === null) return [];
      const rows = await queries.rules(caller.customer.id, {
        userId: own ? caller.userId : null,
        emitter: query.emitter ?? null,
      });
      return rows.map(ruleView);
    },

    getNotificationRule: ({ caller, params }) => shown(caller, params.id),

    async createNotificationRule({ caller, body: { personal, ...body }, note }) {
      const isPersonal = personal ?? !isAdmin(caller);
      if (!isPersonal && !isAdmin(caller))
        throw new ArgusError(
          'forbidden',
          'Rules that tell others are for admins: send "personal": true to be told yourself.',
        );
      if (isPersonal && caller.userId === null)
        throw invalid('personal', 'a token is nobody who could be told: name channels or members');
      const owner = isPersonal ? caller.userId : null;
      if (owner !== null && (await queries.countOwn(caller.customer.id, owner)) >= OWN_MAX)
        throw new ArgusError('conflict', `You have ${OWN_MAX} rules of your own: delete some first.`);
      const values = await valuesOf(caller, body, { old: undefined, owner });
      const id = newId();
      await queries.insertRule({
        ...values,
        id,
        customer_id: caller.customer.id,
        user_id: owner,
        created_by: caller.name,
      });
      note({
        target: { type: 'notification-rule', id },
        details: { name: values.name, emitter: values.emitter_id, events: values.events },
      });
      return shown(caller, id);
    },

    async updateNotificationRule({ caller, params, body, note }) {
      const old = await found(caller, params.id);
      await queries.updateRule(old.id, await valuesOf(caller, body, { old, owner: old.user_id }));
      const updated = await shown(caller, old.id);
      const { last_update: _before, ...before } = ruleView(old);
      const { last_update: _after, ...after } = updated;
      note({ details: { name: updated.name, changed: changes(before, after) } });
      return updated;
    },

    async deleteNotificationRule({ caller, params, note }) {
      const rule = await found(caller, params.id);
      await queries.deleteRule(rule.id);
      note({ details: { name: rule.name } });
      return { numRemoved: 1 };
    },
  };
}

function usualEvents(type: Emitter | null): string[] {
  return type === 'webhook' ? ['trigger'] : [...USUAL_RULE_EVENTS];
}

/** Somebody's own rule tells them, and nobody else. */
function ownRecipient(
  owner: string,
  { channels, members }: Pick<NotificationRuleCreate, 'channels' | 'members'>,
): Pick<RuleValues, 'channels' | 'members'> {
  if (channels !== undefined && channels.length > 0)
    throw new ArgusError(
      'forbidden',
      'A rule of your own tells you alone; rules for channels are for admins.',
    );
  if (members !== undefined && members.some((one) => one !== owner))
    throw new ArgusError('forbidden', 'A rule of your own tells you alone; rules for others are for admins.');
  return { channels: [], members: [owner] };
}

function ruleView(row: ShownRule): NotificationRule {
  const { id, name, user_id, emitter_type, emitter_id, emitter_name, tag, events, channels, members, to } =
    row;
  return {
    id,
    name,
    personal: user_id !== null,
    emitter:
      emitter_type === null || emitter_id === null
        ? null
        : { type: emitter_type, id: emitter_id, name: emitter_name },
    tag,
    events,
    only_first_failure: row.only_first_failure,
    recovered: row.recovered,
    log_lines: row.log_lines,
    channels,
    members,
    to,
    enabled: row.enabled,
    created_by: row.created_by,
    creation_date: row.created_at.toISOString(),
    last_update: row.updated_at.toISOString(),
  };
}
