import type { RequestBody } from '../language/request.ts';

// Control characters except tab and newline, and lone surrogates, because nobody types them, databases refuse them, and
// a terminal obeys them.
const invisible = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]|\p{Surrogate}/gu;

/** Removes control characters and lone surrogates, and says whether there were any. */
export function cleanAsked(asked: RequestBody): { asked: RequestBody; removed: boolean } {
  let removed = false;
  const clean = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(clean);
    if (typeof value !== 'string') return value;
    const text = value.replaceAll('\r\n', '\n').replace(invisible, '').normalize('NFC');
    removed ||= text.length < value.replaceAll('\r\n', '\n').normalize('NFC').length;
    return text;
  };
  const each = (values: Readonly<Record<string, unknown>>): Record<string, unknown> =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, clean(value)]));
  const cleaned = cleanedBy(asked);
  return { asked: cleaned, removed };

  function cleanedBy(given: RequestBody): RequestBody {
    switch (given.kind) {
      case 'command':
        return { ...given, options: each(given.options) };
      case 'form':
        return { ...given, answers: each(given.answers) };
      case 'typed':
        return { ...given, rest: String(clean(given.rest)) };
      case 'text':
        return { ...given, text: String(clean(given.text)) };
      case 'action':
      case 'link':
      case 'wordless':
        return given;
    }
  }
}
