import type { Installation, InstallationQuery, InstallationStore } from '@slack/bolt';
import type { AdapterState } from '../../core/platform/adapter-state.ts';
import type { Log } from '../../core/values/log.ts';
import { withTimeout } from '../../core/values/timeout.ts';
import { pause } from './retry.ts';
import type { Tokens } from './web.ts';

/** A token that expires sooner is refreshed, because Bolt's installer refreshes it two hours before. */
const refreshBeforeMs = 2 * 60 * 60_000;

/** The longest wait for the database, because a request may come just after the start. */
const loadedWithinMs = 2_000;
const readAgainMs = 5_000;

type Installed = Installation<'v2'>;

/** Refreshes a workspace's token that expires soon, and stores it here: Bolt's installer does this. */
export type Refresh = (team: string) => Promise<unknown>;

/**
 * The workspaces that installed the bot: sealed in the database and cached in memory, so that help is answered while
 * the database is down. A failed save is retried.
 */
export class Workspaces implements InstallationStore, Tokens {
  readonly #state: AdapterState;
  readonly #log: Log;
  readonly #stopping: AbortSignal;
  readonly #told: (team: string, by: string) => void;
  readonly #installed = new Map<string, Installed>();
  /** The workspaces that are not yet saved. */
  readonly #unsaved = new Set<string>();
  readonly #refreshing = new Map<string, Promise<unknown>>();
  #loaded: Promise<void> = Promise.resolve();
  #readAt = Number.NEGATIVE_INFINITY;
  #savesLater = false;
  #refresh: Refresh = async () => {};

  /** `installed`: called for each new installation, with who made it. */
  constructor(state: AdapterState, log: Log, stopping: AbortSignal, installed: (team: string, by: string) => void) {
    this.#told = installed;
    this.#state = state;
    this.#log = log;
    this.#stopping = stopping;
  }

  refreshWith(refresh: Refresh): void {
    this.#refresh = refresh;
  }

  /** Loads the saved workspaces as soon as the database can be read. Entries in memory are newer, and stay. */
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
    // Reads again, because another process may have stored the installation.
    if (!this.#installed.has(team) && performance.now() - this.#readAt > readAgainMs)
      await withTimeout(loadedWithinMs, this.load(), undefined);
    if (this.#msLeft(team) <= 0) await this.#renew(team);
    else if (this.#msLeft(team) < refreshBeforeMs) void this.#renew(team);
    return this.#installed.get(team)?.bot?.token ?? null;
  }

  async storeInstallation<V extends 'v1' | 'v2'>(installation: Installation<V>): Promise<void> {
    const team = installation.team?.id;
    // The manifest does not allow an installation on a whole organisation.
    if (team === undefined) throw new Error('An installation on a whole organisation is not supported');
    const before = this.#installed.has(team);
    this.#installed.set(team, installation as Installed);
    await this.#save(team);
    if (!before) this.#told(team, installation.user.id);
  }

  async fetchInstallation(query: InstallationQuery<boolean>): Promise<Installation> {
    const installed = this.#installed.get(query.teamId ?? '');
    if (installed === undefined) throw new Error('Not installed');
    // Gives a copy, because Bolt's installer modifies what it gets.
    return structuredClone(installed);
  }

  async deleteInstallation(query: InstallationQuery<boolean>): Promise<void> {
    const team = query.teamId ?? '';
    if (this.#installed.delete(team)) await this.#save(team);
  }

  /** Never rejects, because a failed save is retried until it succeeds. */
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

  /** Runs one refresh at a time per workspace. After a failure the next request tries again. */
  async #renew(team: string): Promise<void> {
    const going = this.#refreshing.get(team) ?? this.#refresh(team).finally(() => this.#refreshing.delete(team));
    this.#refreshing.set(team, going);
    await going.catch((error: unknown) => {
      this.#log.warn('a token could not be made anew', { platform: 'slack', error });
    });
  }
}

/** A single workspace, whose token is in the settings. */
export function oneWorkspace(botToken: string): Tokens {
  return { of: async () => botToken };
}
