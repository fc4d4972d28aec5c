import { readToken, writeToken } from '../../core/language/token.ts';

/** https://core.telegram.org/bots/features#deep-linking */
const payloadMax = 64;

/** The meaning of a deep link into the private chat. */
export type Meant =
  | { readonly kind: 'command'; readonly name: string; readonly group: string | null }
  | { readonly kind: 'action'; readonly token: string };

/** A deep link that opens the private chat and asks this there. `group`: the group that the person comes from. */
export function linkToCommand(username: string, name: string, group: string): string {
  return link(username, `${name}-${group}`);
}

/** A deep link for a button's token; null above 46 bytes, because the payload has no room for more. */
export function linkToAction(username: string, token: string): string | null {
  const payload = `b-${Buffer.from(token).toString('base64url')}`;
  return payload.length <= payloadMax ? link(username, payload) : null;
}

function link(username: string, payload: string): string {
  return `https://t.me/${username}?start=${payload}`;
}

/** Anyone can write such a link, so the core shows its action as a button unless it changes nothing. */
export function readPayload(payload: string): Meant | null {
  const [, encoded] = /^b-([\w-]+)$/.exec(payload) ?? [];
  if (encoded !== undefined) {
    const read = readToken(Buffer.from(encoded, 'base64url').toString());
    return read === null ? null : { kind: 'action', token: writeToken(read.route, read.args) };
  }
  const [, name, group] = /^(\w+)(?:-(-\d{1,20}))?$/.exec(payload) ?? [];
  return name === undefined ? null : { kind: 'command', name, group: group ?? null };
}
