import { describe, expect, test } from 'vitest';
import { ENDED, HELD, isEnded, LIFECYCLES, mayMove, STATES, STATES_OF, TRANSITIONS } from './lifecycle.ts';

describe('the life of a job', () => {
  test('every lifecycle has its transitions and its states', () => {
    expect(Object.keys(TRANSITIONS).sort()).toEqual([...LIFECYCLES].sort());
    expect(Object.keys(STATES_OF).sort()).toEqual([...LIFECYCLES].sort());
    for (const lifecycle of LIFECYCLES) expect(STATES_OF[lifecycle].length).toBeGreaterThan(0);
  });

  test('transitions lead to lifecycles that exist, never to itself', () => {
    for (const [from, next] of Object.entries(TRANSITIONS)) {
      for (const to of next) expect(LIFECYCLES).toContain(to);
      expect(next).not.toContain(from);
      expect(new Set(next).size).toBe(next.length);
    }
  });

  test('what has ended has no way out, and everything else has', () => {
    expect([...ENDED].sort()).toEqual(['canceled', 'expired', 'finished', 'terminated']);
    for (const from of LIFECYCLES) {
      expect(isEnded(from)).toBe(ENDED.includes(from));
      for (const to of LIFECYCLES) if (isEnded(from)) expect(mayMove(from, to)).toBe(false);
    }
  });

  test('an end is reached from everywhere', () => {
    const ends = (from: (typeof LIFECYCLES)[number]) => TRANSITIONS[from].some(isEnded);
    expect(LIFECYCLES.filter((from) => !isEnded(from) && !ends(from))).toEqual([]);
  });

  test('a job is in progress exactly until it has ended', () => {
    for (const lifecycle of LIFECYCLES) {
      if (isEnded(lifecycle)) expect(STATES_OF[lifecycle]).not.toContain('in_progress');
      else expect(STATES_OF[lifecycle]).toEqual(['in_progress']);
    }
  });

  test('every state belongs to some lifecycle', () => {
    expect(new Set(Object.values(STATES_OF).flat())).toEqual(new Set(STATES));
  });

  test('what was canceled never ran: only what has no process becomes canceled', () => {
    expect(LIFECYCLES.filter((from) => mayMove(from, 'canceled'))).toEqual(['ready', 'onhold', 'assigned']);
  });

  test('only a held job starts and only a started process is held', () => {
    expect(HELD).toEqual(['assigned', 'started']);
    expect(LIFECYCLES.filter((from) => mayMove(from, 'started'))).toEqual(['assigned']);
  });
});
