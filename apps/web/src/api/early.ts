const answers = new Map<string, Promise<Response>>();

/** Asks for what the page will ask for in a moment, while its code is on its way. */
export function askEarly(address: string): void {
  const answer = fetch(address, { headers: { accept: 'application/json' }, credentials: 'same-origin' });
  answers.set(address, answer);
  // whoever takes it is told
  answer.catch(() => undefined);
}

/** As the browser's own; what was asked for early is taken from there, once, as long as nothing was changed since. */
export const fetchOrTake: typeof fetch = (input, init) => {
  if (init?.method !== 'GET') answers.clear();
  const answer = typeof input === 'string' ? answers.get(input) : undefined;
  if (!answer) return fetch(input, init);
  answers.delete(input as string);
  return answer;
};
