import type { ArgumentDefinition } from '@argus/contract';

/** A task that a first start brings along, to show what Argus is for. Each runs offline on plain Debian. */
export interface Sample {
  file: string;
  name: string;
  description: string;
  run_as: string;
  tags: string[];
  task_arguments: ArgumentDefinition[];
}

export const SAMPLES: readonly Sample[] = [
  {
    file: 'disk-report.sh',
    name: 'Disk report',
    description: 'How full the disks of the bot’s machine are. Fails when one is fuller than the limit.',
    run_as: 'bash %script%',
    tags: ['sample', 'disk'],
    task_arguments: [
      {
        order: 0,
        type: 'input',
        label: 'Limit in percent',
        value: '90',
        charset: 'num',
        charsmax: 3,
        help: 'A file system fuller than this is a failure.',
      },
    ],
  },
  {
    file: 'log-summary.py',
    name: 'Log summary',
    description: 'Counts the lines of a log file by level and shows the most frequent messages.',
    run_as: 'python3 %script%',
    tags: ['sample', 'logs'],
    task_arguments: [
      {
        order: 0,
        type: 'input',
        label: 'File',
        value: '/var/log/dpkg.log',
        help: 'A text file that the bot may read.',
      },
      { order: 1, type: 'input', label: 'How many messages', value: '10', charset: 'num', charsmax: 4 },
      {
        order: 2,
        type: 'select',
        label: 'Level',
        value: 'any',
        options: ['any', 'error', 'warn', 'info', 'debug', 'other'].map((id) => ({ id, label: id })),
      },
    ],
  },
  {
    file: 'slow-ticker.sh',
    name: 'Slow ticker',
    description: 'Prints a line a second: watch its log live, or cancel it in the middle.',
    run_as: 'bash %script%',
    tags: ['sample'],
    task_arguments: [{ order: 0, type: 'input', label: 'Seconds', value: '30', charset: 'num', charsmax: 4 }],
  },
  {
    file: 'fails-on-purpose.sh',
    name: 'Fails on purpose',
    description: 'Ends with exit code 3, to see what a failure looks like.',
    run_as: 'bash %script%',
    tags: ['sample'],
    task_arguments: [],
  },
  {
    file: 'machine-facts.py',
    name: 'Machine facts',
    description: 'Returns facts about the bot’s machine as JSON data.',
    run_as: 'python3 %script%',
    tags: ['sample'],
    task_arguments: [],
  },
];
