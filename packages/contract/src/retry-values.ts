/** What can make a further attempt: how an attempt went. */
export const RETRY_CAUSES = ['failure', 'timeout', 'lost'] as const;
export type RetryCause = (typeof RETRY_CAUSES)[number];

export const RETRIES_MAX = 100;
export const DELAY_MAX_S = 86_400;
