import { LRUCache } from 'lru-cache';
import type { Caller } from '../../core/language/request.ts';
import type { ZoneId } from '../../core/values/time.ts';
import { withTimeout } from '../../core/values/timeout.ts';
import type { Incoming, Profile } from './inbound.ts';
import { nameOf, readName } from './names.ts';
import { retry } from './retry.ts';
import type { Web } from './web.ts';

const knownMax = 10_000;
const knownForMs = 60 * 60_000;
/** The longest wait for someone's locale and time zone, which count as unknown after that. */
const askForMs = 800;
const mayModerateWithinMs = 5_000;

const nobody: Profile = { locale: null, zone: null };

interface SlackUser {
  readonly locale?: string | null;
  readonly tz?: string;
  readonly is_admin?: boolean;
  readonly is_owner?: boolean;
}

/**
 * What Slack knows about people: time zone and locale, cached for an hour, and whether they may moderate, never cached.
 */
export class People {
  readonly #web: Web;
  readonly #known = new LRUCache<string, Promise<Profile | null>>({ max: knownMax, ttl: knownForMs });

  constructor(web: Web) {
    this.#web = web;
  }

  /** `atOnce`: does not wait for Slack, for people who may be in danger. */
  async profileOf({ team, user }: Pick<Incoming, 'team' | 'user'>, atOnce: boolean): Promise<Profile> {
    const profile = this.#ask(nameOf(team, user));
    return (await withTimeout(atOnce ? 0 : askForMs, profile, null)) ?? nobody;
  }

  /** True for admins and owners of the workspace, and for members of its moderator group. Asks Slack each time. */
  async mayModerate({ account, community }: Caller, group: string | null): Promise<boolean> {
    const { team, id } = readName(account);
    if (community !== team) return false;
    const signal = AbortSignal.timeout(mayModerateWithinMs);
    const { is_admin: admin = false, is_owner: owner = false } = await this.#user(team, id, signal);
    if (admin || owner) return true;
    return group !== null && this.#isIn(team, group, id, signal);
  }

  async #isIn(team: string, usergroup: string, user: string, signal: AbortSignal): Promise<boolean> {
    const list = () =>
      this.#web.call<{ users?: readonly string[] }>(team, 'usergroups.users.list', { usergroup }, signal);
    const { users = [] } = await retry(signal, list);
    return users.includes(user);
  }

  async #user(team: string, user: string, signal: AbortSignal): Promise<SlackUser> {
    const ask = () => this.#web.call<{ user: SlackUser }>(team, 'users.info', { user, include_locale: true }, signal);
    return (await retry(signal, ask)).user;
  }

  /** Never rejects. A failure is not cached, so that the next call asks again. */
  #ask(account: string): Promise<Profile | null> {
    const known = this.#known.get(account);
    if (known !== undefined) return known;
    const { team, id } = readName(account);
    const profile = this.#user(team, id, AbortSignal.timeout(mayModerateWithinMs)).then(toProfile, () => {
      this.#known.delete(account);
      return null;
    });
    this.#known.set(account, profile);
    return profile;
  }
}

function toProfile({ locale = null, tz }: SlackUser): Profile {
  return { locale, zone: tz === undefined || !isZone(tz) ? null : (tz as ZoneId) };
}

function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
