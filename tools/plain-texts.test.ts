import { expect, test } from 'vitest';
import { plainTexts } from './plain-texts.ts';

const textsOf = (code: string) => plainTexts('page.tsx', code).map(({ text }) => text);

test('a text between tags, in what people read of an element, and in a word table is found', () => {
  expect(textsOf('<Title>Tasks</Title>')).toEqual(['Tasks']);
  expect(textsOf('<Button aria-label="Run">{busy ? "Wait" : <Icon />}</Button>')).toEqual(['Run', 'Wait']);
  expect(textsOf('<Input label={`Value of ${name}`} />')).toEqual(['Value of …']);
  expect(textsOf('<Confirm question={"Delete it?"} />')).toEqual(['Delete it?']);
  expect(textsOf('const WORDS = { ready: "Waiting", busy: "in the queue" };')).toEqual([
    'Waiting',
    'in the queue',
  ]);
  expect(textsOf('show({ title: "saved", color: "green" });')).toEqual(['saved']);
});

test('a macro is none, but a piece of a sentence within one is', () => {
  expect(textsOf('<Title>{t`Tasks`}</Title>')).toEqual([]);
  expect(textsOf('<Trans>Runs on <b>{hostname}</b></Trans>')).toEqual([]);
  expect(textsOf("<p>{plural(count, { one: '# job', other: '# jobs' })}</p>")).toEqual([]);
  expect(textsOf("const text = t`It ${isDone ? 'has ended' : 'goes on'}`;")).toEqual([
    'has ended',
    'goes on',
  ]);
});

test('what machines read is no text', () => {
  expect(textsOf("import { Text } from 'some where';")).toEqual([]);
  expect(textsOf('<Text className="big red" c="dimmed" name="Some name">{count} %</Text>')).toEqual([]);
  expect(textsOf('<TextInput placeholder="ada@example.org" />')).toEqual([]);
  expect(textsOf('<Code>npm run bot</Code>')).toEqual([]);
  expect(
    textsOf("if (event.key === 'Enter' || state === 'not yet') throw new Error('No such key');"),
  ).toEqual([]);
  expect(textsOf("type State = 'Some state';")).toEqual([]);
});

test('a text that must stay as it is says why', () => {
  expect(textsOf("// verbatim: by its own name\nconst LANGUAGES = { de: 'Deutsch' };")).toEqual([]);
  const lines = "() {\n  return [\n    'curl it all',\n    'Some more',\n  ];\n}";
  expect(textsOf(`// verbatim: a command\nfunction curl${lines}\nfunction others${lines}`)).toEqual([
    'curl it all',
    'Some more',
  ]);
});

test('it is found where it stands', () => {
  expect(plainTexts('page.tsx', '<p>\n  <b>\n    Nothing here\n  </b>\n</p>')).toEqual([
    { line: 3, text: 'Nothing here' },
  ]);
});
