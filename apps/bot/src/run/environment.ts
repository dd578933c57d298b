/** Arguments and variables end at a NUL: what holds one cannot be passed whole. */
export function refuseNul(texts: readonly string[]): void {
  if (texts.some((text) => text.includes('\0')))
    throw new Error('an argument or a variable holds a NUL character, which no program can receive');
}
