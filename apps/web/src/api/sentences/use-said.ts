import { useSyncExternalStore } from 'react';
import { learned, onLearned } from './learned.ts';

/**
 * What says a sentence of the server in the reader's language, where a page that is loaded first shows one beside the rest;
 * undefined until it is there.
 */
export const useSaid = (): ((text: string) => string) | undefined => useSyncExternalStore(onLearned, learned);
