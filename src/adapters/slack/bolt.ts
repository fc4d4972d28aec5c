import { App, type Receiver, type ReceiverEvent } from '@slack/bolt';
import type { Acknowledge } from './answering.ts';
import type { SlackSettings } from './config.ts';
import { slackLogger } from './logger.ts';
import { clientOptions } from './web.ts';

/** What Slack sent, checked by Bolt. An event is acknowledged by then. */
export type Heard = (body: object, acknowledge: Acknowledge) => void;

/**
 * Bolt, between what it receives and one listener for everything. Its own way of finding a listener by its name would
 * leave unanswered what it finds none for; and a token it needs none, since every call of ours brings its own.
 */
export function listenWith(receiver: Receiver, settings: Pick<SlackSettings, 'apiUrl'>, heard: Heard): void {
  const reached = new WeakSet<object>();
  const app = new App({
    // Bolt wants no authorize of ours beside an installer of its own: it is told of the receiver below.
    receiver: { init: () => {}, start: async () => {}, stop: async () => {} },
    authorize: async ({ teamId }) => (teamId === undefined ? {} : { teamId }),
    logger: slackLogger,
    clientOptions: clientOptions(settings),
    convoStore: false,
    ignoreSelf: false,
    attachFunctionToken: false,
  });
  app.use(async (args) => {
    const { body } = args;
    reached.add(body);
    const { ack } = args as unknown as { ack?: (said?: object) => Promise<void> };
    heard(body, async (said) => ack?.(said));
  });
  const processEvent = async (event: ReceiverEvent): Promise<void> => {
    // Bolt throws at a body that is no object, and then leaves it without an acknowledgement.
    if (typeof event.body !== 'object' || event.body === null) return event.ack();
    await app.processEvent(event);
    // Something new of Slack's, that Bolt knows nothing of: without a word Slack would send it again, and then stop.
    if (!reached.has(event.body)) await event.ack();
  };
  receiver.init(Object.assign(Object.create(app) as App, { processEvent }));
}
