import type { ReactNode, Ref } from 'react';
import type { ListedTask } from './task-list.ts';

/** A row without tags, pixels: what a row is taken for until it was seen. */
export const ROW_PX = 46;
/** What is folded open below a row. */
export const MORE_PX = 320;

/** What stands in a line of the table: a task, or what is folded open below it. */
export interface Line {
  task: ListedTask;
  /** The task's place in the list. */
  index: number;
  isMore: boolean;
}

export type DrawLine = (line: Line, index: number, ref?: Ref<HTMLTableRowElement>) => ReactNode;
