/** What an operator can ask about the program while it runs. */
export interface Health {
  /** Returns why the database cannot be used now, in words that any stranger may read; null while it can. */
  trouble(): string | null;
  /** Every configured platform, also before it is open. */
  platforms(): readonly PlatformHealth[];
}

export interface PlatformHealth {
  readonly name: string;
  readonly connected: boolean;
  /** Whether it will not connect again before a restart, because the platform refused the bot for good. */
  readonly ended: boolean;
}

/**
 * Ready while the database can be used and any platform is connected. One platform's outage does not count, because a
 * load balancer would then take away the web hooks of the others.
 */
export function readiness({ trouble, platforms }: Health): { readonly ready: boolean; readonly text: string } {
  const all = platforms();
  const reason = trouble() ?? (all.some(({ connected }) => connected) ? null : 'no platform is connected');
  const first = reason === null ? 'ready' : `not ready: ${reason}`;
  return { ready: reason === null, text: [first, ...all.map(line), ''].join('\n') };
}

function line({ name, connected, ended }: PlatformHealth): string {
  if (connected) return `${name}: connected`;
  return ended ? `${name}: not connected, and has ended` : `${name}: not connected`;
}
