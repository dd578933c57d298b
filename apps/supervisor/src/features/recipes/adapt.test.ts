import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ArgusError, RECIPE_TASK_FIELDS, TaskCreate, fieldsOf, type FieldError } from '@argus/contract';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { adapt } from './adapt.ts';
import { recipeFilename, recipeOf } from './rules.ts';

const fixture = (name: string): unknown =>
  JSON.parse(readFileSync(join(import.meta.dirname, 'fixtures', `${name}.json`), 'utf8'));

const fields = (list: FieldError[]) => list.map(({ field }) => field);
const message = (list: FieldError[], field: string) =>
  list.find((one) => one.field === field)?.message ?? `nothing about ${field}`;

/** The one task of a recipe of this shape. */
function only(recipe: unknown) {
  const { tasks, findings, ...rest } = adapt(recipe);
  expect(tasks).toHaveLength(1);
  const [task] = tasks as [(typeof tasks)[number]];
  return { ...task, ...rest, findings };
}

const theirs = (task: object, file: object = { filename: 'a.sh', data: 'YQ==' }) =>
  only({ task: { type: 'script', name: 'T', ...task }, file });

describe('a recipe of a task and its file', () => {
  const adapted = only(fixture('task-and-file'));
  const { values, script, findings, format } = adapted;

  test('becomes a task with our names and seconds', () => {
    expect(format).toBe('task and file');
    expect(values).toEqual({
      name: 'Check certificate',
      type: 'script',
      description: 'Says how long a certificate is still valid',
      tags: ['ssl', 'checks'],
      run_as: 'sudo bash %script%',
      timeout: 600,
      multitasking: true,
      env: { REGION: 'eu', RETRIES: '3', KEY: '' },
      task_arguments: [
        {
          id: 1,
          order: 0,
          type: 'fixed',
          label: 'port',
          value: '443',
          help: '',
          readonly: false,
          required: true,
          masked: false,
        },
        {
          id: 2,
          order: 1,
          type: 'input',
          label: 'host',
          help: 'the host to look at',
          readonly: false,
          required: true,
          charsmin: 1,
          charsmax: 253,
        },
        {
          id: 3,
          order: 2,
          type: 'select',
          label: 'level',
          options: [
            { id: '1', label: 'warn', order: 0 },
            { id: 'crit', label: 'critical', order: 1 },
          ],
          required: false,
        },
        { order: 3, type: 'fixed', value: 'a plain text' },
      ],
    });
  });

  test('keeps the bytes of its script', () => {
    expect(script?.filename).toBe('check_cert.sh');
    expect(script?.data.toString('latin1')).toBe(
      '#!/bin/bash\r\n# checks a certificate\r\necho "$1 $2 $REGION"',
    );
  });

  test('says what was adapted', () => {
    expect(fields(findings.adapted).sort()).toEqual(
      [
        'file.filename',
        'task.env.RETRIES',
        'task.run_as',
        'task.script_runas',
        'task.task_arguments[1].charsmin',
        'task.task_arguments[2].order',
        'task.task_arguments[2].required',
        'task.task_arguments[2].options[0]',
        'task.task_arguments[3]',
        'task.timeout',
      ].sort(),
    );
    expect(message(findings.adapted, 'task.timeout')).toBe('was 600000 ms, is 600 s');
    expect(message(findings.adapted, 'task.script_runas')).toBe('is called run_as here');
    expect(message(findings.adapted, 'task.run_as')).toContain('had no %script%');
  });

  test('says what was left out and what is missing', () => {
    expect(fields(findings.dropped).sort()).toEqual([
      'task.acls',
      'task.allows_dynamic_settings',
      'task.arguments_type',
      'task.env.THEEYE_JOB',
      'task.task_arguments[1].color',
      'task.triggers',
    ]);
    expect(fields(findings.missing)).toEqual(['task.env.KEY']);
  });
});

describe('a flat recipe', () => {
  const { values, script, findings, host, format, customer } = only(fixture('flat-task'));

  test('is read with its data URL, its bot’s name, and without what belongs to its place', () => {
    expect(format).toBe('flat task');
    expect(values).toEqual({
      name: 'Nightly report',
      type: 'script',
      description: '',
      tags: [],
      run_as: 'python3 %script%',
      timeout: 11,
      grace_time: 0,
      multitasking: false,
      task_arguments: [{ id: 1, order: 0, type: 'fixed', label: 'token', required: true }],
    });
    expect(script?.data.toString()).toBe('import sys\nprint(\'{"state":"success"}\')\n');
    expect(host).toEqual({ id: '63d3e5f1a2b4c60011aabb01', name: 'Apache3' });
    expect(customer).toBeUndefined();
  });

  test('names the fixed value that it left blank', () => {
    expect(findings.missing).toEqual([
      { field: 'task_arguments[0].value', message: '"token" is fixed and has no value' },
    ]);
    expect(fields(findings.dropped)).toEqual(['retries']);
  });
});

describe('a recipe of a workflow', () => {
  const { tasks, findings, format } = adapt(fixture('workflow'));

  test('becomes its tasks, the one that it starts with first', () => {
    expect(format).toBe('workflow');
    expect(tasks.map(({ values }) => [values.name, values.type])).toEqual([
      ['Scan', 'script'],
      ['Collect', 'script'],
      ['Ask the team', 'approval'],
    ]);
    expect(tasks.map(({ script }) => script?.data.toString())).toEqual([
      '#!/bin/sh\necho two',
      '#!/bin/sh\necho one\n',
      undefined,
    ]);
    expect(tasks[1]?.values.run_as).toBe('');
  });

  test('says that its graph is left out, and how it is not', () => {
    expect(fields(findings.dropped)).toEqual(['graph']);
    expect(message(findings.dropped, 'graph')).toBe(
      'is not imported with its tasks: send the recipe to POST /workflow/import for all of it',
    );
  });

  test('leaves out tasks that there are none of here', () => {
    const { findings, tasks } = adapt({
      tasks: [
        { type: 'script', name: 'a' },
        { type: 'magic', name: 'b' },
      ],
    });
    expect(tasks.map(({ values }) => values.name)).toEqual(['a']);
    expect(message(findings.dropped, 'tasks[1].type')).toBe(
      'is "magic": there are no such tasks here (task "b")',
    );
  });
});

describe('what is no recipe is refused by name', () => {
  test.each([
    ['recipe', []],
    ['recipe', 'text'],
    ['recipe', null],
    ['recipe', {}],
    ['recipe', { name: 'only a name' }],
    ['format', { format: 'argus/2', task: {} }],
    ['task', { format: 'argus/1' }],
    ['task.type', { task: { type: 'constructor', name: 'x' } }],
    ['task.type', { task: { _type: 'AgentUpdateTask', name: 'x' } }],
    ['type', { type: 42, name: 'x' }],
    ['tasks', { tasks: [] }],
    ['tasks', { tasks: Array.from({ length: 101 }, () => ({ name: 'x' })) }],
    ['tasks[0].type', { tasks: [{ type: 'magic' }, { type: 42 }] }],
    ['file.data', { task: { name: 'x' }, file: { filename: 'a.sh', data: 'not base64!' } }],
    ['script.data', { type: 'script', name: 'x', script: { data: 'data:text/plain,%zz' } }],
    ['task.timeout', { format: 'argus/1', task: { name: 'x', timeout: 600_000 }, script: null }],
    ['task_arguments', { task: { name: 'x', task_arguments: Array.from({ length: 101 }, () => 'x') } }],
  ])('%s of %j', (field, recipe) => {
    expect(() => adapt(recipe)).toThrow(ArgusError);
    try {
      adapt(recipe);
    } catch (error) {
      expect((error as ArgusError).errors?.[0]?.field).toBe(field);
    }
  });
});

describe('of the reference system', () => {
  test.each([
    [600_000, 600],
    ['600000', 600],
    [1, 1],
    [1001, 2],
    [1e12, 86_400],
    [0, undefined],
    [null, undefined],
    [-5, undefined],
    ['soon', undefined],
    [{}, undefined],
  ])('a timeout of %j ms is %s s', (timeout, seconds) => {
    expect(theirs({ timeout }).values.timeout).toBe(seconds);
  });

  test.each([
    ['bash %script%', 'bash %script%'],
    ['sudo -u app', 'sudo -u app %script%'],
    ['cmd | tee log', 'cmd | tee log %script%'],
    ['', ''],
    ['  ', ''],
    [undefined, undefined],
    [null, undefined],
    ['a "quote', undefined],
  ])('a script_runas of %j is %j', (script_runas, run_as) => {
    expect(theirs({ script_runas }).values.run_as).toBe(run_as);
  });

  test.each([
    ['an object', { A: '1' }],
    ['JSON text', '{"A":"1"}'],
    ['lines', 'A=1\n# no\n'],
  ])('an environment may be %s', (_name, env) => {
    expect(theirs({ env }).values.env).toEqual({ A: '1' });
  });

  test.each(['ARGUS_X', 'THEEYE_JOB', '1A', 'A B'])('a variable %s is dropped and said', (name) => {
    const { values, findings } = theirs({ env: { [name]: 'x', B: 'y' } });
    expect(values.env).toEqual({ B: 'y' });
    expect(fields(findings.dropped)).toEqual([`task.env.${name}`]);
  });

  test.each([
    ['a select without options', { type: 'select' }, { type: 'input' }],
    ['a regexp without a pattern', { type: 'regexp' }, { type: 'input' }],
    ['a pattern that RE2 does not know', { type: 'regexp', pattern: '(?=x)' }, { type: 'input' }],
    ['a pattern of an input', { type: 'input', pattern: '(?=x)' }, { type: 'input' }],
    ['a remote list without an address', { type: 'remote-options' }, { type: 'input' }],
    ['a type of its own', { type: 'colour' }, { type: 'input' }],
    ['no type', { label: 'x' }, { type: 'input', label: 'x' }],
    ['limits that contradict', { type: 'input', charsmin: 5, charsmax: '2' }, { type: 'input', charsmax: 2 }],
    [
      'texts for options',
      { type: 'select', options: ['a'] },
      { type: 'select', options: [{ id: 'a', label: 'a' }] },
    ],
    [
      'an optional blank',
      { type: 'fixed', value: '', required: false },
      { type: 'fixed', value: '', required: false },
    ],
    ['0 and 1 for no and yes', { type: 'input', required: 0 }, { type: 'input', required: false }],
    ['no definition at all', 42, { type: 'fixed' }],
  ])('an argument with %s is adapted', (_name, definition, expected) => {
    const { values, findings } = theirs({ task_arguments: [definition] });
    expect(values.task_arguments).toEqual([{ ...expected, order: 0 }]);
    const said = [...findings.adapted, ...findings.dropped, ...findings.missing];
    if (JSON.stringify(definition) !== JSON.stringify(expected))
      expect(fields(said).join()).toContain('task_arguments[0]');
  });

  test('arguments are sorted by position and counted without gaps', () => {
    const { values } = theirs({
      task_arguments: [
        { type: 'input', label: 'c', order: 9 },
        { type: 'input', label: 'a', order: 0 },
        { type: 'input', label: 'b', order: '4' },
      ],
    });
    const list = values.task_arguments as { label: string; order: number }[];
    expect(list.map(({ label, order }) => [label, order])).toEqual([
      ['a', 0],
      ['b', 1],
      ['c', 2],
    ]);
  });

  test.each([
    ['../../etc/passwd', 'passwd'],
    ['C:\\scripts\\do it.ps1', 'do_it.ps1'],
    ['-rf', '_rf'],
    ['..', 'script'],
    ['…', '_'],
    ['', 'script'],
    [undefined, 'script'],
    [`${'x'.repeat(300)}.sh`, `${'x'.repeat(197)}.sh`],
  ])('a file called %j is called %j here', (filename, expected) => {
    const { script, findings } = theirs({}, { filename, data: 'YQ==' });
    expect(script?.filename).toBe(expected);
    expect(fields(findings.adapted)).toContain('file.filename');
  });

  test.each([
    ['bare base64', 'aGkNCg=='],
    ['a data URL', 'data:application/x-sh;base64,aGkNCg=='],
    ['a data URL without base64', 'data:text/plain,hi%0D%0A'],
    ['base64 with line breaks', 'aGkN\nCg==\n'],
  ])('data may be %s', (_name, data) => {
    expect(theirs({}, { filename: 'a.sh', data }).script?.data.toString()).toBe('hi\r\n');
  });

  test.each([
    ['an error in its place', { filename: 'a.sh', data: 'ERROR: cannot obtain file content' }, 'file.data'],
    ['no data', { filename: 'a.sh' }, 'file.data'],
    ['empty data', { filename: 'a.sh', data: '' }, 'file.data'],
    ['an id in its place', 'f'.repeat(24), 'file'],
  ])('a file with %s is missing', (_name, file, field) => {
    const { script, findings } = theirs({}, file as object);
    expect(script).toBeUndefined();
    expect(fields(findings.missing)).toEqual([field]);
  });

  test('a digest that is not that of the content is said, and the content taken', () => {
    const { script, findings } = theirs({}, { filename: 'a.sh', data: 'YQ==', md5: '0'.repeat(32) });
    expect(script?.data.toString()).toBe('a');
    expect(fields(findings.adapted)).toEqual(['file.md5']);
  });
});

describe('the recipe of a task', () => {
  test('carries every field that can be set, but those that mean nothing elsewhere', () => {
    const left = ['host_id', 'script_id', 'script_version', 'triggers', 'trigger_arguments'];
    const spellings = ['script_runas', 'acl', 'host', 'script', 'script_arguments'];
    const ignored = [
      'id',
      'customer',
      'script_name',
      'version',
      'paused',
      'problems',
      'creation_date',
      'last_update',
    ];
    expect([...RECIPE_TASK_FIELDS, ...left, ...spellings, ...ignored].sort()).toEqual(
      fieldsOf(TaskCreate).sort(),
    );
  });

  test.each([
    ['Say hello', 'say-hello.recipe.json'],
    ['Übergröße "x"\r\n; rm -rf /', 'u-bergro-e-x-rm-rf.recipe.json'],
    ['日本', 'task.recipe.json'],
    ['../../a', 'a.recipe.json'],
  ])('of the name %j is called %s', (name, file) => {
    expect(recipeFilename(name)).toBe(file);
  });
});

describe('whatever is sent', () => {
  const json = fc.jsonValue({ maxDepth: 4 });
  const scalar = fc.oneof(
    json,
    fc.constantFrom<unknown>(
      null,
      '',
      'true',
      '3',
      1e300,
      -0,
      'fixed',
      'select',
      '%script%',
      'data:,x',
      'YQ==',
    ),
  );
  const definition = fc.dictionary(
    fc.constantFrom(
      'id',
      'order',
      'type',
      'label',
      'value',
      'required',
      'options',
      'pattern',
      'charsmin',
      'x',
    ),
    scalar,
  );
  const task = fc.record(
    {
      name: scalar,
      type: fc.constantFrom<unknown>('script', 'script', 'dummy', undefined, 3),
      description: scalar,
      tags: scalar,
      acls: scalar,
      script_runas: scalar,
      run_as: scalar,
      task_arguments: fc.oneof(fc.array(fc.oneof(definition, scalar), { maxLength: 4 }), scalar),
      env: scalar,
      timeout: scalar,
      grace_time: scalar,
      multitasking: scalar,
      priority: scalar,
      triggers: scalar,
      host: scalar,
    },
    { requiredKeys: ['name'] },
  );
  const file = fc.oneof(scalar, fc.record({ filename: scalar, data: scalar, md5: scalar }));
  const recipe = fc.oneof(
    json,
    fc.record({ task, file }),
    fc.record({ format: fc.constant('argus/1'), task, script: file }),
    fc.tuple(task, file).map(([fields, script]) => ({ ...fields, script })),
    fc.record({ tasks: fc.array(task, { maxLength: 3 }), graph: scalar, start_task_id: scalar }),
  );

  test('is read or refused as input, never anything else', () => {
    fc.assert(
      fc.property(recipe, (given) => {
        try {
          adapt(given);
        } catch (error) {
          expect(error).toBeInstanceOf(ArgusError);
          expect((error as ArgusError).code).toBe('invalid_input');
        }
      }),
      { numRuns: 500 },
    );
  });
});

test('an entry of an access list that can let nobody in is left out', () => {
  const { values, findings } = only({
    format: 'argus/1',
    task: { name: 'x', acls: ['user', 'no body'] },
    script: null,
  });
  expect(values.acls).toEqual(['user']);
  expect(fields(findings.dropped)).toEqual(['task.acls[1]']);
});

test('a recipe of ours loses nothing, and needs no adapting', () => {
  const recipe = recipeOf(
    {
      name: 'Ours',
      type: 'script',
      description: 'd',
      tags: ['a', 'b'],
      hostname: 'web-1',
      run_as: 'bash',
      task_arguments: [
        { type: 'fixed', order: 0, value: '' },
        { type: 'input', order: 1, value: 'default', label: 'x', required: false },
      ],
      env: { A: '1' },
      acls: ['user'],
      grace_time: 5,
      timeout: null,
      multitasking: false,
      priority: -3,
      result_rule: 'last_line',
      retention_days: 7,
      retention_jobs: 9,
    } as never,
    null,
    'deep',
  );
  const { values, host, findings } = only(JSON.parse(JSON.stringify(recipe)));
  const { hostname, ...fields } = recipe.task;
  expect(values).toEqual(fields);
  expect(host?.name).toBe(hostname);
  expect(findings.adapted).toEqual([]);
  expect(findings.dropped).toEqual([]);
});
