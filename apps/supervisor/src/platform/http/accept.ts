/**
 * Whether an Accept header ranks HTML above JSON, as browsers do where they load a page. What names neither
 * (`*` of curl, nothing at all) does not.
 */
export function prefersHtml(accept: string | undefined): boolean {
  return rank(accept ?? '', 'text', 'html') > rank(accept ?? '', 'application', 'json');
}

/** The quality, 0 to 1, that a header gives a media type: its most specific range counts. */
function rank(accept: string, type: string, subtype: string): number {
  let best = { precision: 0, quality: 0 };
  for (const range of accept.toLowerCase().split(',')) {
    const [name = '', ...parameters] = range.split(';').map((part) => part.trim());
    const precision = [`*/*`, `${type}/*`, `${type}/${subtype}`].indexOf(name) + 1;
    if (precision <= best.precision) continue;
    const given = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? '1';
    const quality = /^(0(\.\d*)?|1(\.0*)?)$/.test(given) ? Number(given) : 0;
    best = { precision, quality };
  }
  return best.quality;
}

/** Whether a body came from an HTML form. */
export function isForm(contentType: string | undefined): boolean {
  return /^(application\/x-www-form-urlencoded|multipart\/form-data)\b/i.test(contentType ?? '');
}
