/** Telegram's limit for a button's data, the smallest of the three platforms. */
export const tokenBytes = 64;

/**
 * Writes a button's whole state, its route and arguments, so that it survives a restart and any process can answer it.
 * A token comes from outside and may be forged, so its reader parses each argument.
 */
export function writeToken(route: string, args: readonly (string | number)[]): string {
  const token = [route, ...args].map((part) => String(part).replace(/[%:]/g, encodeURIComponent)).join(':');
  if (Buffer.byteLength(token) > tokenBytes) throw new Error(`Token of ${route} is over ${tokenBytes} bytes`);
  return token;
}

/** Returns null if it is not a valid token. */
export function readToken(token: string): { route: string; args: readonly string[] } | null {
  if (Buffer.byteLength(token) > tokenBytes) return null;
  try {
    const [route = '', ...args] = token.split(':').map(decodeURIComponent);
    return { route, args };
  } catch {
    return null;
  }
}
