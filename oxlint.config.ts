import type { OxlintConfig } from 'oxlint';

// ---------------------------------------------------------------------------------------------
// Walls: imports point one way. tools/walls.test.ts proves that each of them holds.
//
//   web, cli, bot → client → contract        supervisor → contract, postgres
//   feature → other features' index.ts, platform, contract        platform → no feature
//   rules.ts → contract
//
// A later override replaces the rule of an earlier one, so each carries all of its walls.

type Wall = { regex: string; message: string } | { group: string[]; message: string };

const ours = ['contract', 'client', 'postgres', 'testing', 'supervisor', 'bot', 'cli', 'web'];

/** Of our own packages only these, and by their names: a path into another package's src is no import. */
const only = (...allowed: string[]): Wall[] => [
  {
    regex: `^@argus/(${ours.filter((name) => !allowed.includes(name)).join('|')})(/|$)`,
    message: `Of our packages this one may import ${allowed.join(', ') || 'none'}.`,
  },
  {
    regex: '^\\.\\.?/(.*/)?[^./][^/]*/src(/|$)',
    message: 'Import another package by its name, not by its path.',
  },
];

/** Nothing from outside of the folder but these. */
const nothingBut = (...allowed: string[]): Wall => ({
  group: ['*', '!./**', '!../**', ...allowed.flatMap((name) => [`!${name}`, `!${name}/**`])],
  message: `Here nothing may be imported but ${allowed.join(', ')}.`,
});

/** A feature opens its index.ts to the others and nothing else. `up` leads from the file to the features. */
const featureWalls = (up: string): Wall[] => {
  const message = "Another feature is entered through its index.ts: '../<feature>/index.ts'.";
  // What a group lets pass, no later pattern refuses: groups come last.
  return [
    { regex: '^\\.\\.?/(.*/)?features/', message },
    { regex: `^${up.replaceAll('.', '\\.')}/[^./][^/]*/[^/]+/`, message },
    { group: [`${up}/*/*`, `!${up}/*/index.ts`, `!${up}/../**`], message },
  ];
};

const noFeature: Wall = {
  regex: '(^|/)features/',
  message: 'The platform knows no feature: pass in what it needs.',
};

const rulesWall: Wall = {
  group: ['*', '!@argus', '!@argus/contract'],
  message: 'Rules are pure decisions: they import the contract and nothing else.',
};

/** The walls of some files, and the same for the tests among them, which may use the testing package too. */
const walls = (files: string[], allowed: string[], ...more: Wall[]) => [
  {
    files,
    rules: { 'no-restricted-imports': ['error', { patterns: [...only(...allowed), ...more] }] },
  },
  {
    files: files.map((glob) => glob.replace(/\*\.\{ts,tsx\}$/, '*.test.{ts,tsx}')),
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            ...only(...allowed, 'testing'),
            ...more.filter((wall) => !('group' in wall && wall.group[0] === '*')),
          ],
        },
      ],
    },
  },
];

const supervisor = ['contract', 'postgres'];
const allWalls = [
  ...walls(['packages/contract/**/*.{ts,tsx}'], [], nothingBut('typebox')),
  ...walls(['packages/client/**/*.{ts,tsx}'], ['contract'], nothingBut('@argus/contract')),
  ...walls(['packages/postgres/**/*.{ts,tsx}'], []),
  ...walls(['packages/testing/**/*.{ts,tsx}'], ['contract', 'postgres', 'supervisor']),
  ...walls(['apps/bot/**/*.{ts,tsx}'], ['contract', 'client']),
  ...walls(['apps/cli/**/*.{ts,tsx}'], ['contract', 'client']),
  ...walls(['apps/web/**/*.{ts,tsx}'], ['contract', 'client']),
  ...walls(['apps/supervisor/**/*.{ts,tsx}'], supervisor),
  // what tests share is a test's as well
  ...walls(['apps/supervisor/src/testing/**/*.{ts,tsx}'], [...supervisor, 'testing']),
  ...walls(['apps/supervisor/src/platform/**/*.{ts,tsx}'], supervisor, noFeature),
  ...walls(['apps/supervisor/src/features/*/*.{ts,tsx}'], supervisor, ...featureWalls('..')),
  ...walls(['apps/supervisor/src/features/*/*/*.{ts,tsx}'], supervisor, ...featureWalls('../..')),
  {
    files: ['apps/supervisor/src/features/**/rules.ts'],
    rules: { 'no-restricted-imports': ['error', { patterns: [...only('contract'), rulesWall] }] },
  },
];

// ---------------------------------------------------------------------------------------------

export default {
  options: { typeAware: true, reportUnusedDisableDirectives: 'error' },
  plugins: ['typescript', 'unicorn', 'oxc', 'import'],
  categories: { correctness: 'error', suspicious: 'error' },
  env: { builtin: true },
  ignorePatterns: ['**/dist/**', 'data/**', '**/fixtures/**', '.cache/**'],
  rules: {
    eqeqeq: ['error', 'always', { null: 'ignore' }],
    'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
    'no-console': 'error',
    'no-else-return': 'error',
    'no-throw-literal': 'off',
    'no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
    'no-var': 'error',
    'prefer-const': 'error',
    'import/no-cycle': 'error',
    'typescript/await-thenable': 'error',
    'typescript/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
    'typescript/no-explicit-any': 'error',
    'typescript/no-floating-promises': 'error',
    'typescript/no-misused-spread': 'off', // [...text] counts characters, and text here is no emoji art
    'typescript/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
    'typescript/no-unnecessary-type-assertion': 'error',
    'typescript/only-throw-error': 'error',
    'typescript/prefer-promise-reject-errors': 'error',
    'typescript/return-await': ['error', 'in-try-catch'],
    'typescript/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],

    // Suspicious to some, ordinary here.
    'consistent-return': 'off', // the compiler's noImplicitReturns knows the types
    'no-shadow': 'off',
    'no-underscore-dangle': 'off',
    'import/no-named-as-default-member': 'off', // pg is CommonJS: pg.Pool
    'import/no-unassigned-import': 'off',
    // services are plain objects of functions: taking them apart is how they are used
    'typescript/unbound-method': 'off',
    'typescript/consistent-return': 'off',
    'typescript/no-unnecessary-type-parameters': 'off',
    'typescript/no-unsafe-type-assertion': 'off',
    'unicorn/consistent-function-scoping': 'off',
    'unicorn/no-array-reverse': 'off',
    'unicorn/no-array-sort': 'off',
  },
  overrides: [
    {
      files: ['apps/web/**'],
      plugins: ['typescript', 'unicorn', 'oxc', 'import', 'react', 'jsx-a11y'],
      env: { browser: true },
      rules: { 'react/react-in-jsx-scope': 'off' },
    },
    { files: ['apps/cli/**', 'bench/**', 'tools/**', 'e2e/**'], rules: { 'no-console': 'off' } },
    // what the loops of the campaign wait for, callbacks change
    { files: ['e2e/faults/**'], rules: { 'no-unmodified-loop-condition': 'off' } },
    { files: ['**/*.test.{ts,tsx}', '**/generated/**'], rules: { 'max-lines': 'off' } },
    ...allWalls,
  ],
} as OxlintConfig;
