import { expect, test } from 'vitest';
import { problemsOf, renewed, sentencesOf, serverSentences } from './sentences.ts';

const found = (code: string, isSql = false) => sentencesOf('feature.ts', code, isSql);

test('finds what errors say, also a single word, and what else reads as a sentence', () => {
  expect(found("throw invalid('name', 'is required');")).toEqual(['is required']);
  expect(found("throw invalid('name', 'missing', 'invalid_arguments');")).toEqual(['missing']);
  expect(
    found("throw new ArgusError('conflict', 'In use.', [{ field: 'name', message: 'is used' }]);"),
  ).toEqual(['In use.', 'is used']);
  expect(found("const reason = 'nobody saw how it ended';")).toEqual(['nobody saw how it ended']);
});

test('values become numbers, and those beside each other are one', () => {
  expect(found('const why = `bot ${name} runs ${count} of its ${slots}${more}`;')).toEqual([
    'bot {0} runs {1} of its {2}',
  ]);
  expect(found("const why = `the agent on ${host}: ` + 'it reported ' + nothing;")).toEqual([
    'the agent on {0}: it reported {1}',
  ]);
});

test('a text that has a part in two forms is found in both', () => {
  expect(found("const why = `${count} ${count === 1 ? 'job stands' : 'jobs stand'} before it`;")).toEqual([
    '{0} job stands before it',
    '{0} jobs stand before it',
  ]);
  expect(found('const why = `it was paused by ${by}${reason && `: ${reason}`}`;')).toEqual([
    'it was paused by {0}',
    'it was paused by {0}: {1}',
  ]);
});

test('what people never read is not found: names, the log, programming errors, types, documentation and SQL', () => {
  expect(found("import { x } from 'some where';")).toEqual([]);
  expect(found("type State = 'not yet ready';")).toEqual([]);
  expect(found("log.warn({ err }, 'could not do it');")).toEqual([]);
  expect(found("logOnce('a key', fields, 'could not do it');")).toEqual([]);
  expect(found("throw new Error('no such state');")).toEqual([]);
  expect(found("const field = { description: 'What it does.' };")).toEqual([]);
  expect(found('const all = `select * from jobs where id = ${id}`;')).toEqual([]);
  expect(found("const texts = 'some of jobs'; throw invalid('q', 'is no pattern');", true)).toEqual([
    'is no pattern',
  ]);
});

test('a catalogue is complete when each sentence has a translation with the same values, and nothing else is in it', () => {
  const server = ['is required', 'must be {0}', 'has {0} of {1}'];
  const known = { 'is required': 'es obligatorio', 'must be {0}': 'debe ser', 'is old': 'es viejo' };
  expect(problemsOf(server, known)).toEqual([
    'not translated: has {0} of {1}',
    'nobody says this: is old',
    'has other values in Spanish: must be {0}',
  ]);
  expect(renewed(server, known)).toEqual({
    'is required': 'es obligatorio',
    'must be {0}': 'debe ser',
    'has {0} of {1}': '',
  });
});

test('the sources of the server are read', () => {
  const sentences = serverSentences();
  for (const sentence of ['Only a bot may call this.', 'is required', 'step "{0}": {1}', 'exit code {0}'])
    expect(sentences).toContain(sentence);
});
