/** How a piece of terminal text looks. A number is one of the 16 named colours, a text a CSS colour. */
export interface AnsiStyle {
  foreground?: number | string;
  background?: number | string;
  bold?: true;
  dim?: true;
  italic?: true;
  underline?: true;
  inverse?: true;
}

export interface AnsiSpan {
  text: string;
  style: AnsiStyle;
  /** Where it begins in the line as it came. */
  at: number;
}

const ESC = '\u{1b}';
const BEL = '\u{7}';

// Written with the escape character itself: colours (captured), any other CSI sequence, OSC (titles, links) and
// other strings up to their terminator, and what else starts with ESC. All but the colours are left out.
const SEQUENCE = new RegExp(
  [
    `${ESC}\\[([0-9;:]*)m`,
    `${ESC}\\[[0-?]*[ -/]*[@-~]?`,
    `${ESC}[\\]PX^_][^${BEL}${ESC}]*(?:${BEL}|${ESC}\\\\)?`,
    `${ESC}[ -/]*[0-~]?`,
  ].join('|'),
  'g',
);

/** Reads one line of terminal output: spans of text with their looks, and the look that the next line starts with. */
export function parseAnsi(line: string, start: AnsiStyle): { spans: AnsiSpan[]; end: AnsiStyle } {
  if (!line.includes(ESC))
    return { spans: line === '' ? [] : [{ text: line, style: start, at: 0 }], end: start };
  const spans: AnsiSpan[] = [];
  let style = start;
  let from = 0;
  const take = (to: number) => {
    if (to > from) spans.push({ text: line.slice(from, to), style, at: from });
  };
  for (const match of line.matchAll(SEQUENCE)) {
    take(match.index);
    from = match.index + match[0].length;
    if (match[1] !== undefined) style = restyled(style, match[1]);
  }
  take(line.length);
  return { spans, end: style };
}

/** Applies the codes of one colour sequence. */
function restyled(style: AnsiStyle, codes: string): AnsiStyle {
  const numbers = codes.split(/[;:]/).map(Number);
  let next = { ...style };
  for (let index = 0; index < numbers.length; index += 1) {
    const code = numbers[index] ?? 0;
    if (code === 38 || code === 48) {
      const { color, used } = extendedColor(numbers.slice(index + 1));
      if (color !== undefined) next = { ...next, [code === 38 ? 'foreground' : 'background']: color };
      index += used;
    } else {
      next = withCode(next, code);
    }
  }
  return next;
}

function withCode(style: AnsiStyle, code: number): AnsiStyle {
  if (code >= 30 && code <= 37) return { ...style, foreground: code - 30 };
  if (code >= 90 && code <= 97) return { ...style, foreground: code - 90 + 8 };
  if (code >= 40 && code <= 47) return { ...style, background: code - 40 };
  if (code >= 100 && code <= 107) return { ...style, background: code - 100 + 8 };
  switch (code) {
    case 0:
      return {};
    case 1:
      return { ...style, bold: true };
    case 2:
      return { ...style, dim: true };
    case 3:
      return { ...style, italic: true };
    case 4:
      return { ...style, underline: true };
    case 7:
      return { ...style, inverse: true };
    case 22:
      return without(style, 'bold', 'dim');
    case 23:
      return without(style, 'italic');
    case 24:
      return without(style, 'underline');
    case 27:
      return without(style, 'inverse');
    case 39:
      return without(style, 'foreground');
    case 49:
      return without(style, 'background');
    default:
      return style;
  }
}

function without(style: AnsiStyle, ...names: (keyof AnsiStyle)[]): AnsiStyle {
  const rest = { ...style };
  for (const name of names) delete rest[name];
  return rest;
}

/** `5;n` of the 256 colours or `2;r;g;b`, and how many of the numbers it took. */
function extendedColor(numbers: number[]): { color?: number | string; used: number } {
  const [kind, ...rest] = numbers;
  if (kind === 5) {
    const [index = -1] = rest;
    return index >= 0 && index <= 255 ? { color: paletteColor(index), used: 2 } : { used: 2 };
  }
  if (kind === 2) {
    const channels = rest.slice(0, 3);
    const valid = channels.length === 3 && channels.every((channel) => channel >= 0 && channel <= 255);
    return valid ? { color: `rgb(${channels.join(' ')})`, used: 4 } : { used: 4 };
  }
  return { used: 1 };
}

const CUBE = [0, 95, 135, 175, 215, 255];

function paletteColor(index: number): number | string {
  if (index < 16) return index;
  if (index >= 232) {
    const grey = 8 + (index - 232) * 10;
    return `rgb(${grey} ${grey} ${grey})`;
  }
  const place = index - 16;
  const channels = [Math.floor(place / 36), Math.floor(place / 6) % 6, place % 6];
  return `rgb(${channels.map((channel) => CUBE[channel]).join(' ')})`;
}
