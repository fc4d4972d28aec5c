import { App, type Receiver, type ReceiverEvent } from '@slack/bolt';
import type { Acknowledge } from './answering.ts';
import type { SlackSettings } from './config.ts';
import { slackLogger } from './logger.ts';
import { clientOptions } from './web.ts';

/** A request of Slack's, verified by Bolt. An event is already acknowledged. */
export type Heard = (body: object, acknowledge: Acknowledge) => void;

/**
 * Connects a receiver through Bolt to one listener for everything, because Bolt's own routing by name would leave an
 * unmatched request unanswered. Bolt needs no token, because each of our calls brings its own.
 */
export function listenWith(receiver: Receiver, settings: Pick<SlackSettings, 'apiUrl'>, heard: Heard): void {
  const reached = new WeakSet<object>();
  const app = new App({
    // A stub, because Bolt refuses `authorize` together with an installer; the receiver is connected below.
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
    // Acknowledges here, because Bolt throws on a body that is no object, and never acknowledges it.
    if (typeof event.body !== 'object' || event.body === null) return event.ack();
    await app.processEvent(event);
    // Acknowledges a type that Bolt does not know, because Slack would send it again, and then stop.
    if (!reached.has(event.body)) await event.ack();
  };
  receiver.init(Object.assign(Object.create(app) as App, { processEvent }));
}
