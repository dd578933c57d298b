/** A problem that the person who started the bot can solve; the message says what is wrong and what to do next. */
export class Problem extends Error {
  override name = 'Problem';
}
