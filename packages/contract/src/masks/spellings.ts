/**
 * How a text can stand in an output: as it is, URL-encoded, as a part of a JSON string, in hexadecimal, in base64, and in
 * base64 that was URL-encoded. Pure.
 *
 * An encoder is told by what it leaves as it is; encoders that agree on a text give one spelling of it.
 */

/** Every printable ASCII character that an encoder of URLs leaves: RFC 3986, encodeURIComponent, forms, paths, nothing. */
const URL_SAFE = ['-._~', "-._~!'()*", '*-._', '-._~/', ''];
/** What an encoder of JSON writes as \u although it need not: nothing, for HTML, and all that some libraries know. */
const JSON_UNSAFE = ['', '<>&\u2028\u2029', '<>&\u2028\u2029\'"+`'];
const SHORT_ESCAPES: Record<string, string> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

interface UrlStyle {
  safe: string;
  upper: boolean;
  plus: boolean;
}

interface JsonStyle {
  unsafe: string;
  /** Beyond ASCII as \u. */
  ascii: boolean;
  upper: boolean;
  slash: boolean;
}

const BOTH = [false, true];
const ALL_URL = URL_SAFE.flatMap((safe) =>
  BOTH.flatMap((upper) => BOTH.map((plus): UrlStyle => ({ safe, upper, plus }))),
);
const ALL_JSON = JSON_UNSAFE.flatMap((unsafe) =>
  BOTH.flatMap((ascii) =>
    BOTH.flatMap((upper) => BOTH.map((slash): JsonStyle => ({ unsafe, ascii, upper, slash }))),
  ),
);
const USUAL_URL: UrlStyle[] = [
  { safe: "-._~!'()*", upper: true, plus: false },
  { safe: '*-._', upper: true, plus: true },
];
const USUAL_JSON: JsonStyle[] = [
  { unsafe: '', ascii: false, upper: false, slash: false },
  { unsafe: '', ascii: true, upper: false, slash: false },
];

/** The spellings of a text that are looked for as they are; `usual` leaves out what only few libraries write. */
export function textSpellings(text: string, usual = false): Buffer[] {
  const digits = Buffer.from(text).toString('hex');
  const all = new Set([text, digits]);
  if (!usual) all.add(digits.toUpperCase());
  // what has none of the two is found as base64, but for the padding
  for (const spelling of base64Spellings(text)
    .map(String)
    .filter((one) => /[+/]/.test(one)))
    for (const style of usual ? USUAL_URL : ALL_URL) all.add(urlEncoded(spelling, style));
  for (const style of usual ? USUAL_URL : ALL_URL) all.add(urlEncoded(text, style));
  for (const style of usual ? USUAL_JSON : ALL_JSON) all.add(jsonEncoded(text, style));
  return [...all].map((one) => Buffer.from(one));
}

/**
 * What of a text's base64 (standard alphabet) is the same whatever stands before and after it: once for each of the
 * three places that it can begin at. Each also as it is where the text ends the encoded data, without and with padding.
 */
export function base64Spellings(text: string): Buffer[] {
  const bytes = Buffer.from(text);
  return [0, 1, 2].flatMap((before) => {
    const bits = (before + bytes.length) * 8;
    const encoded = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    const from = Math.ceil((before * 8) / 6);
    const fixed = encoded.slice(from, Math.floor(bits / 6));
    const whole = encoded.slice(from);
    return [...new Set([fixed, whole.replace(/=+$/, ''), whole])].map((one) => Buffer.from(one));
  });
}

function urlEncoded(text: string, { safe, upper, plus }: UrlStyle): string {
  let encoded = '';
  for (const byte of Buffer.from(text)) {
    const char = String.fromCharCode(byte);
    if (/[A-Za-z0-9]/.test(char) || safe.includes(char)) encoded += char;
    else if (char === ' ' && plus) encoded += '+';
    else encoded += `%${hex(byte, 2, upper)}`;
  }
  return encoded;
}

function jsonEncoded(text: string, { unsafe, ascii, upper, slash }: JsonStyle): string {
  let encoded = '';
  // by UTF-16 units, as \u counts: a pair stays together where it is not escaped
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!;
    const code = char.charCodeAt(0);
    const short = SHORT_ESCAPES[char];
    if (unsafe.includes(char) || (ascii && code > 0x7e)) encoded += `\\u${hex(code, 4, upper)}`;
    else if (short !== undefined) encoded += short;
    else if (code < 0x20) encoded += `\\u${hex(code, 4, upper)}`;
    else if (char === '/' && slash) encoded += '\\/';
    else encoded += char;
  }
  return encoded;
}

function hex(value: number, digits: number, upper: boolean): string {
  const text = value.toString(16).padStart(digits, '0');
  return upper ? text.toUpperCase() : text;
}
