/** Whether a status is one of those that count as success. */
export function isExpected(expected: string, status: number): boolean {
  return new RegExp(statusPattern(expected)).test(`${status}`);
}

/** `2xx,404` as a pattern of what counts as success. */
export function statusPattern(expected: string): string {
  const parts = (expected.trim() || '2xx').split(',').map((one) => one.trim().replaceAll('x', '\\d'));
  return `^(?:${parts.join('|')})$`;
}

/** Recipients by what they are: addresses of anybody, ids of channels, and entries that name members. */
export function sorted(
  recipients: readonly string[],
  members: readonly { email: string; user_id: string }[],
): { addresses: string[]; channels: string[] } {
  const known = new Set(members.map(({ email }) => email.toLowerCase()));
  const isId = (one: string) => /^[0-9a-f]{24}$/.test(one);
  return {
    addresses: recipients.filter((one) => one.includes('@') && !known.has(one.toLowerCase())),
    channels: recipients.filter(isId),
  };
}
