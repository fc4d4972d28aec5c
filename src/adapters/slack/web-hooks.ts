import { createHmac } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { HTTPReceiver } from '@slack/bolt';
import type { HttpMode, OAuth, SlackSettings } from './config.ts';
import { slackLogger } from './logger.ts';
import { botScopes, paths } from './manifest.ts';
import { clientOptions } from './web.ts';
import type { Workspaces } from './workspaces.ts';

/** Everything that begins with it is Slack's. */
export const prefix = '/slack/';

/** Slack calls the bot: each request signed, and no older than five minutes. Bolt checks both. */
export function openReceiver(settings: SlackSettings, way: HttpMode, workspaces: Workspaces | null): HTTPReceiver {
  const many =
    way.workspaces.kind === 'many' && workspaces !== null ? installer(settings, way.workspaces, workspaces) : {};
  return new HTTPReceiver({
    signingSecret: way.signingSecret,
    endpoints: [paths.requests],
    logger: slackLogger,
    unhandledRequestHandler: () => {},
    ...many,
  });
}

function installer({ apiUrl }: SlackSettings, { clientId, clientSecret }: OAuth, workspaces: Workspaces) {
  return {
    clientId,
    clientSecret,
    // Signs what comes back from Slack after an installation: the same in every process, and nothing more to set.
    stateSecret: createHmac('sha256', clientSecret).update('handrail slack installation').digest('hex'),
    scopes: [...botScopes],
    installationStore: workspaces,
    installerOptions: {
      directInstall: true,
      installPath: paths.install,
      redirectUriPath: paths.redirect,
      clientOptions: clientOptions({ apiUrl }),
    },
  };
}

/** Bolt throws at an address that it knows nothing of. */
export function listenerOf(receiver: HTTPReceiver): RequestListener {
  return (request, response) => {
    try {
      receiver.requestListener(request, response);
    } catch {
      response.writeHead(404).end();
    }
  };
}
