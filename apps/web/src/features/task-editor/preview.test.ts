import { commandOf, parseEnv } from '@argus/contract';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HIDDEN, previewOf, type PreviewFacts } from './preview.ts';
import { emptyArgument, EMPTY_DRAFT, type ArgumentDraft } from './task-draft.ts';

const facts: PreviewFacts = {
  organization: 'demo',
  url: 'https://argus.example.org',
  task: '01a19b45cb88d0a1b2c3d4e5',
  user: { id: '01a19b45b8014c1d2e3f4a5c', email: 'ada@example.org' },
  filename: 'backup.sh',
};
const argument = (values: Partial<ArgumentDraft>): ArgumentDraft => ({ ...emptyArgument(), ...values });
const SCRIPT = '/run-directory/script/backup.sh';

test('the command is the one that the bot would make, whatever is typed', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string()),
      fc.constantFrom('bash %script%', '', 'cat < %script%'),
      (given, run_as) => {
        const task_arguments = given.map(() => argument({}));
        const samples = Object.fromEntries(task_arguments.map(({ key }, index) => [key, given[index] ?? '']));
        const { argv } = previewOf({ ...EMPTY_DRAFT, run_as, task_arguments }, samples, facts);
        expect(argv).toEqual(commandOf(run_as, SCRIPT, given));
      },
    ),
  );
});

test('values with spaces and quotes are quoted as a shell reads them back', () => {
  const one = argument({ label: 'Who' });
  const draft = { ...EMPTY_DRAFT, run_as: 'bash %script%', task_arguments: [one] };
  expect(previewOf(draft, { [one.key]: "it's" }, facts).line).toBe(`bash ${SCRIPT} 'it'\\''s'`);
});

test('defaults and fixed values are in it, and nothing of what is masked', () => {
  const task_arguments = [
    argument({ type: 'fixed', value: 'deploy' }),
    argument({ value: 'eu' }),
    argument({ value: 'hush-default', masked: true }),
    argument({ type: 'fixed', masked: true, value: '' }),
  ];
  const draft = { ...EMPTY_DRAFT, task_arguments, env: 'REGION=eu\nAPI_TOKEN=hush-env' };
  const samples = { [task_arguments[2]?.key ?? '']: 'hush-sample' };
  const preview = previewOf(draft, samples, facts);
  expect(preview.argv.slice(1)).toEqual(['deploy', 'eu', HIDDEN, HIDDEN]);
  expect(JSON.stringify(preview)).not.toContain('hush');
});

test('the environment holds the variables of the task and all that Argus adds', () => {
  const env = 'REGION=eu-west';
  const variables = previewOf({ ...EMPTY_DRAFT, env }, {}, facts).env;
  const valueOf = (name: string) => variables.find((one) => one.name === name)?.value;
  expect(valueOf('REGION')).toBe(parseEnv(env)['REGION']);
  expect(valueOf('THEEYE_ORGANIZATION_NAME')).toBe('"demo"');
  expect(valueOf('THEEYE_JOB_USER')).toBe(JSON.stringify({ ...facts.user, username: 'ada@example.org' }));
  expect(valueOf('PATH')).toBeNull();
});

test('what keeps it from running is said', () => {
  const { argv, problems } = previewOf({ ...EMPTY_DRAFT, run_as: 'bash "%script%' }, {}, facts);
  expect(argv).toEqual([]);
  expect(problems).toEqual(['run_as has a quote that is not closed']);
});
