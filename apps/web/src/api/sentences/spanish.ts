import type { ErrorBody } from '@argus/contract';
import { inSpanish } from '@argus/contract/sentences';

/** What the server says, in Spanish. */
export const said = inSpanish;

/** An error of the API with its sentences in Spanish. */
export async function answerSaid(answer: Response): Promise<Response> {
  const body = (await answer
    .clone()
    .json()
    .catch(() => undefined)) as ErrorBody | undefined;
  if (typeof body?.message !== 'string') return answer;
  const { message, errors } = body;
  const inSpanish: ErrorBody = {
    ...body,
    message: said(message),
    ...(errors && { errors: errors.map((error) => ({ ...error, message: said(error.message) })) }),
  };
  return new Response(JSON.stringify(inSpanish), answer);
}
