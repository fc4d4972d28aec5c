import type { Installation, InstallationQuery, InstallationStore } from '@slack/bolt';
import type { AdapterState } from '../../core/platform/adapter-state.ts';
import type { Log } from '../../core/values/log.ts';
import { withTimeout } from '../../core/values/timeout.ts';
import { pause } from './retry.ts';
import type { Tokens } from './web.ts';

/** A token that ends sooner is made anew: Bolt's installer does so two hours before. */
const refreshBeforeMs = 2 * 60 * 60_000;

/** Just after the start someone may ask before everything is read. */
const loadedWithinMs = 2_000;
const readAgainMs = 5_000;

type Installed = Installation<'v2'>;

/** Makes a workspace's token anew where it ends soon, and keeps it here: Bolt's installer. */
export type Refresh = (team: string) => Promise<unknown>;

/**
 * The workspaces that installed the bot: sealed in the database, and in memory too, so that whoever needs help is answered
 * while the database is away. What cannot be kept just then is kept as soon as it can.
 */
export class Workspaces implements InstallationStore, Tokens {
  readonly #state: AdapterState;
  readonly #log: Log;
  readonly #stopping: AbortSignal;
  readonly #told: (team: string, by: string) => void;
  readonly #installed = new Map<string, Installed>();
  /** Of these memory knows more than the database. */
  readonly #unsaved = new Set<string>();
  readonly #refreshing = new Map<string, Promise<unknown>>();
  #loaded: Promise<void> = Promise.resolve();
  #readAt = Number.NEGATIVE_INFINITY;
  #savesLater = false;
  #refresh: Refresh = async () => {};

  /** `installed`: told of each installation, and of who made it. */
  constructor(state: AdapterState, log: Log, stopping: AbortSignal, installed: (team: string, by: string) => void) {
    this.#told = installed;
    this.#state = state;
    this.#log = log;
    this.#stopping = stopping;
  }

  refreshWith(refresh: Refresh): void {
    this.#refresh = refresh;
  }

  /** Reads what is kept, as soon as the database can be read. What was installed meanwhile is newer. */
  load(): Promise<void> {
    this.#loaded = this.#load();
    return this.#loaded;
  }

  async #load(): Promise<void> {
    for (let tries = 0; ; tries += 1) {
      try {
        this.#readAt = performance.now();
        for (const { key, text } of await this.#state.all()) {
          if (!this.#installed.has(key) && !this.#unsaved.has(key))
            this.#installed.set(key, JSON.parse(text) as Installed);
        }
        return;
      } catch (error) {
        this.#log.warn('workspaces cannot be read', { platform: 'slack', error });
        if (!(await pause(tries, this.#stopping))) return;
      }
    }
  }

  teams(): readonly string[] {
    return [...this.#installed.keys()];
  }

  async of(team: string): Promise<string | null> {
    if (!this.#installed.has(team)) await withTimeout(loadedWithinMs, this.#loaded, undefined);
    // Another process may have seen its installation.
    if (!this.#installed.has(team) && performance.now() - this.#readAt > readAgainMs)
      await withTimeout(loadedWithinMs, this.load(), undefined);
    if (this.#msLeft(team) <= 0) await this.#renew(team);
    else if (this.#msLeft(team) < refreshBeforeMs) void this.#renew(team);
    return this.#installed.get(team)?.bot?.token ?? null;
  }

  async storeInstallation<V extends 'v1' | 'v2'>(installation: Installation<V>): Promise<void> {
    const team = installation.team?.id;
    // The manifest asks for no installation on a whole organisation.
    if (team === undefined) throw new Error('An installation on a whole organisation is not supported');
    const before = this.#installed.has(team);
    this.#installed.set(team, installation as Installed);
    await this.#save(team);
    if (!before) this.#told(team, installation.user.id);
  }

  async fetchInstallation(query: InstallationQuery<boolean>): Promise<Installation> {
    const installed = this.#installed.get(query.teamId ?? '');
    if (installed === undefined) throw new Error('Not installed');
    // Bolt's installer writes into what it is given.
    return structuredClone(installed);
  }

  async deleteInstallation(query: InstallationQuery<boolean>): Promise<void> {
    const team = query.teamId ?? '';
    if (this.#installed.delete(team)) await this.#save(team);
  }

  /** Never rejects: what cannot be kept now is tried again until it can. */
  async #save(team: string): Promise<void> {
    this.#unsaved.add(team);
    await this.#saveOnce(team).catch((error: unknown) => {
      this.#log.warn('a workspace could not be kept yet', { platform: 'slack', error });
      if (!this.#savesLater) void this.#saveLater();
    });
  }

  async #saveLater(): Promise<void> {
    this.#savesLater = true;
    for (let tries = 0; this.#unsaved.size > 0; tries += 1) {
      if (!(await pause(tries, this.#stopping))) break;
      for (const team of this.#unsaved) await this.#saveOnce(team).catch(() => {});
    }
    this.#savesLater = false;
  }

  async #saveOnce(team: string): Promise<void> {
    const installed = this.#installed.get(team);
    if (installed === undefined) await this.#state.remove(team);
    else await this.#state.put(team, JSON.stringify(installed));
    if (this.#installed.get(team) === installed) this.#unsaved.delete(team);
  }

  #msLeft(team: string): number {
    const until = this.#installed.get(team)?.bot?.expiresAt;
    return until === undefined ? Number.POSITIVE_INFINITY : until * 1_000 - Date.now();
  }

  /** Once at a time. Where it does not succeed, the next that needs it tries again. */
  async #renew(team: string): Promise<void> {
    const going = this.#refreshing.get(team) ?? this.#refresh(team).finally(() => this.#refreshing.delete(team));
    this.#refreshing.set(team, going);
    await going.catch((error: unknown) => {
      this.#log.warn('a token could not be made anew', { platform: 'slack', error });
    });
  }
}

/** One's own workspace: its token is in the settings. */
export function oneWorkspace(botToken: string): Tokens {
  return { of: async () => botToken };
}
