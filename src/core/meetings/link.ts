/**
 * A link from a feed that may be shown, or null: http and https only, with no user name in it. A link wrapped by a mail
 * scanner is unwrapped, since the wrapper has long forgotten it.
 */
export function webLinkIn(given: string | null): string | null {
  if (given === null) return null;
  const url = parse(given) ?? (/^[\w-]+(\.[\w-]+)+(\/|$)/.test(given) ? parse(`https://${given}`) : null);
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || !url.hostname.includes('.'))
    return null;
  if (url.hostname.endsWith('.safelinks.protection.outlook.com')) return webLinkIn(url.searchParams.get('url'));
  return url.href;
}

function parse(text: string): URL | null {
  return URL.canParse(text) ? new URL(text) : null;
}
