import { readToken, writeToken } from '../../core/language/token.ts';

/** https://core.telegram.org/bots/features#deep-linking */
const payloadMax = 64;

/** What someone meant who followed an address into the private chat. */
export type Meant =
  | { readonly kind: 'command'; readonly name: string; readonly group: string | null }
  | { readonly kind: 'action'; readonly token: string };

/** Opens the private chat, and asks this there. `group`: where they come from. */
export function linkToCommand(username: string, name: string, group: string): string {
  return link(username, `${name}-${group}`);
}

/** A button's token, of at most 46 bytes. Null where it is longer, because the address has no room for it. */
export function linkToAction(username: string, token: string): string | null {
  const payload = `b-${Buffer.from(token).toString('base64url')}`;
  return payload.length <= payloadMax ? link(username, payload) : null;
}

function link(username: string, payload: string): string {
  return `https://t.me/${username}?start=${payload}`;
}

/** Anyone can write such an address: the core shows what it says as a button, unless it changes nothing. */
export function readPayload(payload: string): Meant | null {
  const [, encoded] = /^b-([\w-]+)$/.exec(payload) ?? [];
  if (encoded !== undefined) {
    const read = readToken(Buffer.from(encoded, 'base64url').toString());
    return read === null ? null : { kind: 'action', token: writeToken(read.route, read.args) };
  }
  const [, name, group] = /^(\w+)(?:-(-\d{1,20}))?$/.exec(payload) ?? [];
  return name === undefined ? null : { kind: 'command', name, group: group ?? null };
}
