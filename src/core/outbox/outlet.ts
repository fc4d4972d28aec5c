import type { Deps } from '../conversation/context.ts';
import type { Limits, Platform } from '../platform/platform.ts';

/** An open platform, as the outbox uses it. */
export interface Outlet {
  readonly name: string;
  readonly limits: Limits;
  readonly deliver: Platform['deliver'];
  /** With content in the platform's words. */
  readonly deps: Deps;
}
