import { createHmac } from 'node:crypto';
import type { IncomingMessage, RequestListener } from 'node:http';
import { HTTPModuleFunctions, HTTPReceiver } from '@slack/bolt';
import type { HttpMode, OAuth, SlackSettings } from './config.ts';
import { slackLogger } from './logger.ts';
import { botScopes, paths } from './manifest.ts';
import { clientOptions } from './web.ts';
import type { Workspaces } from './workspaces.ts';

/** The prefix of all paths for Slack. */
export const prefix = '/slack/';

/** Receives Slack's requests. Bolt checks that each is signed, and no older than five minutes. */
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
    // Signs the OAuth state. It is derived, so that it is the same in every process and needs no setting.
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

/** Guards Bolt, because it throws on an unknown path, and rejects unhandled on a body that is no object. */
export function listenerOf(receiver: HTTPReceiver, signingSecret: string): RequestListener {
  return (request, response) => {
    const handOver = () => {
      try {
        receiver.requestListener(request, response);
      } catch {
        response.writeHead(404).end();
      }
    };
    const refuseOrHandOver = async () => {
      if (await holdsNoObject(request, signingSecret)) response.writeHead(400).end();
      else handOver();
    };
    if (request.method === 'POST') void refuseOrHandOver();
    else handOver();
  };
}

/**
 * True for a signed body that Bolt cannot read. An unsigned one is left to Bolt, which does not read the body twice.
 */
async function holdsNoObject(request: IncomingMessage, signingSecret: string): Promise<boolean> {
  const { parseAndVerifyHTTPRequest, parseHTTPRequestBody, defaultBodyLimit } = HTTPModuleFunctions;
  const limits = { signingSecret, bodyLimit: defaultBodyLimit };
  const signed = await parseAndVerifyHTTPRequest(limits, request).catch(() => null);
  if (signed === null) return false;
  try {
    const body: unknown = parseHTTPRequestBody(signed);
    return typeof body !== 'object' || body === null || Array.isArray(body);
  } catch {
    return true;
  }
}
