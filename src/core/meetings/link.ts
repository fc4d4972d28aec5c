/** Links of online meetings have up to some 300 characters; every browser opens one of 2,000. */
const maxUrlLetters = 2_000;

/** A link in a mail that was forwarded once is wrapped twice. */
const maxWrappers = 2;

/**
 * Returns a link from a feed if it may be shown, or null: only http and https, without a user name, 2,000 characters at
 * most. A mail scanner's wrapper is removed, because it no longer works.
 */
export function webLinkIn(given: string | null): string | null {
  let url = linkIn(given);
  for (let unwrapped = 0; url !== null && isWrapper(url); unwrapped += 1) {
    if (unwrapped === maxWrappers) return null;
    url = linkIn(url.searchParams.get('url'));
  }
  // Checks the length again, because characters beyond ASCII are percent-encoded and take more.
  return url === null || url.href.length > maxUrlLetters ? null : url.href;
}

function linkIn(given: string | null): URL | null {
  if (given === null || given.length > maxUrlLetters) return null;
  const url = parse(given) ?? (/^[\w-]+(\.[\w-]+)+(\/|$)/.test(given) ? parse(`https://${given}`) : null);
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '') return null;
  return url.hostname.includes('.') ? url : null;
}

function isWrapper({ hostname }: URL): boolean {
  return hostname.endsWith('.safelinks.protection.outlook.com');
}

function parse(text: string): URL | null {
  return URL.canParse(text) ? new URL(text) : null;
}
