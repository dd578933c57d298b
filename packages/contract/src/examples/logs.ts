import { IDS, type Examples } from './shared.ts';

const LOG = 'File systems on web-1, limit 90 %\n\nNothing is fuller than 90 %.\nsuccess\n';
const AT = '2026-11-24T09:30:00.150Z';
const third = {
  line: 2,
  offset: 35,
  bytes: 28,
  stream: 'stdout' as const,
  at: AT,
  text: 'Nothing is fuller than 90 %.',
  cut: false,
};

export const logsExamples = {
  getJobLog: { query: { from_line: '2' }, text: LOG.split('\n').slice(2).join('\n') },
  listJobLogLines: {
    query: { from_line: '2', limit: '1' },
    response: { attempt: 1, from_line: 2, lines: [third], total_lines: 4, total_bytes: 72 },
  },
  searchJobLog: {
    query: { q: 'fuller', limit: '20' },
    response: {
      attempt: 1,
      matches: [{ ...third, index: 2, ranges: [[11, 17]] }],
      next_line: null,
      total: null,
    },
  },
  followJobLog: {
    text: `event: log\nid: 1.72\ndata: ${JSON.stringify({
      offset: 0,
      end: 72,
      line: 0,
      stream: 'stdout',
      at: AT,
      text: LOG,
    })}\n\nevent: end\ndata: {"id":"${IDS.job}","lifecycle":"finished", …}\n\n`,
  },
} satisfies Partial<Examples>;
