import { expect, test } from 'vitest';
import { messagePreview, requestPreview } from './message-preview.ts';
import { HIDDEN } from './preview.ts';
import { emptyArgument, EMPTY_DRAFT, type ArgumentDraft, type TaskDraft } from './task-draft.ts';

const argument = (values: Partial<ArgumentDraft>): ArgumentDraft => ({ ...emptyArgument(), ...values });
const member = (email: string, more: object = {}) => ({
  id: email,
  credential: 'user' as const,
  tags: [],
  user: { id: email, name: email, email },
  active: true,
  invited_until: null,
  disabled_at: null,
  created_at: '2026-11-24T09:00:00.000Z',
  ...more,
});

test('a request is shown with its values in it, each as one value, and masked ones hidden everywhere', () => {
  const draft: TaskDraft = {
    ...EMPTY_DRAFT,
    type: 'http',
    task_arguments: [argument({ label: 'Order' }), argument({ type: 'fixed', label: 'Token', masked: true })],
    request: {
      ...EMPTY_DRAFT.request,
      method: 'POST',
      url: 'https://shop.example/{0}?key={Token}',
      headers: 'Authorization: Bearer {1}',
      body: '{"order": "{Order}", "key": "{1}"}',
    },
  };
  const [order] = draft.task_arguments;
  expect(requestPreview(draft, { [order?.key ?? '']: 'a/b "c"' })).toEqual({
    line: `POST https://shop.example/a%2Fb%20%22c%22?key=${HIDDEN}`,
    headers: [
      ['authorization', `Bearer ${HIDDEN}`],
      ['content-type', 'application/json'],
    ],
    body: `{"order": "a/b \\"c\\"", "key": "${HIDDEN}"}`,
    problem: undefined,
  });
  const noAddress = { ...draft, request: { ...draft.request, url: 'shop.example' } };
  expect(requestPreview(noAddress, {}).problem).toContain('no address');
});

test('a message says whom it reaches: channels by name, roles and tags by those who have them now', () => {
  const draft: TaskDraft = {
    ...EMPTY_DRAFT,
    type: 'notification',
    name: 'Tell them',
    task_arguments: [argument({ label: 'Who', value: 'Ada' })],
    notification: {
      subject: '',
      body: 'Hello {Who}',
      recipients: ['ops-channel', 'user', 'team:ops', 'x@y.z'],
    },
  };
  const members = [
    member('ada@example.org', { tags: ['team:ops'] }),
    member('bob@example.org'),
    member('gone@example.org', { disabled_at: '2026-11-24T09:00:00.000Z' }),
  ];
  const channels = new Map([['ops-channel', 'Ops (Slack)']]);
  expect(messagePreview(draft, {}, { members, channels })).toEqual({
    subject: 'Tell them',
    body: 'Hello Ada',
    reaches: [
      { entry: 'Ops (Slack)', people: ['Ops (Slack)'] },
      { entry: 'user', people: ['ada@example.org', 'bob@example.org'] },
      { entry: 'team:ops', people: ['ada@example.org'] },
      { entry: 'x@y.z', people: ['x@y.z'] },
    ],
  });
  // who may not list members sees the entry alone
  expect(messagePreview(draft, {}, { members: undefined, channels }).reaches[1]).toEqual({
    entry: 'user',
    people: undefined,
  });
});
