import sentences from './es.json' with { type: 'json' };
import { translator } from './translator.ts';

/** A sentence of the server, or of a rule that it shares with the page, in Spanish; what is unknown stays. */
export const inSpanish = translator(sentences);
