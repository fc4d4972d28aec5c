import type { HomeView } from '@slack/web-api';
import { LRUCache } from 'lru-cache';
import type { Lifetime } from '../../core/adapter-kit/lifetime.ts';
import { today } from '../../core/help/buttons.ts';
import { tokenOf } from '../../core/language/button.ts';
import type { Inbox } from '../../core/platform/platform.ts';
import type { Clock } from '../../core/values/clock.ts';
import { callerOf, type Incoming } from './inbound.ts';
import { nameOf } from './names.ts';
import type { People } from './people.ts';
import { onOnePage, renderView } from './render.ts';
import { retry } from './retry.ts';
import type { Web } from './web.ts';

/** https://docs.slack.dev/reference/views/home-tab-views */
const blocksMax = 100;
const publishWithinMs = 30_000;
/** How many people's pages are updated after they do something elsewhere. */
const openMax = 10_000;

interface HomeOptions {
  readonly inbox: Inbox;
  readonly web: Web;
  readonly people: People;
  readonly clock: Clock;
  /** As `Lifetime.deadline`. */
  readonly deadline: Lifetime['deadline'];
}

/** The App Home: a private page for each member, published when they open it. */
export class Home {
  readonly #options: HomeOptions;
  readonly #opened = new LRUCache<string, true>({ max: openMax });

  constructor(options: HomeOptions) {
    this.#options = options;
  }

  async opened(incoming: Who): Promise<void> {
    this.#opened.set(nameOf(incoming.team, incoming.user), true);
    await this.#publish(incoming);
  }

  /** Updates the page of anyone who has opened it before. */
  async refresh(incoming: Who): Promise<void> {
    if (this.#opened.has(nameOf(incoming.team, incoming.user))) await this.#publish(incoming);
  }

  async #publish({ id, team, user }: Who): Promise<void> {
    const { inbox, web, people, clock, deadline } = this.#options;
    const incoming: Incoming = { ...nowhere, id: `home ${id}`, team, user };
    const caller = callerOf(incoming, await people.profileOf(incoming, false));
    const { asked } = nowhere;
    const request = { id: incoming.id, caller, place: { kind: 'private' }, at: clock.now() } as const;
    const answer = await inbox.read(asked, { opensForms: false }).answer(request);
    // Keeps the page as it is when someone opens it again and again.
    if (answer.kind === 'nothing') return;
    if (answer.kind === 'refused' && (answer.reason === 'too-fast' || answer.reason === 'too-busy')) return;
    if (answer.kind === 'open') throw new Error('A form came where none was expected');
    const blocks = renderView(answer.view).flatMap((part) => (part.kind === 'blocks' ? part.blocks : []));
    const view: HomeView = { type: 'home', blocks: [...onOnePage(blocks, blocksMax)] };
    const signal = deadline(publishWithinMs);
    await retry(signal, (left) => web.call(team, 'views.publish', { user_id: user, view }, left));
  }
}

type Who = Pick<Incoming, 'id' | 'team' | 'user'>;

const nowhere = {
  at: null,
  asked: { kind: 'action', token: tokenOf(today.route, []) },
  surface: { kind: 'none' },
  trigger: null,
} as const;
