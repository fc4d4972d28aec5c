import type { RequestListener } from 'node:http';
import { type HttpBindings, type ServerType, serve } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { Hono } from 'hono';
import { HandrailError } from './core/values/errors.ts';

/** Says why the bot cannot do all of its work now, in words that any stranger may read; null while it can. */
export type Trouble = () => string | null;

/** The one HTTP server of the program. */
export interface HttpApp {
  readonly app: Hono<{ Bindings: HttpBindings }>;
  /** Hands over what comes to addresses that begin like this, as it comes, from now on. */
  mount(prefix: string, listener: RequestListener): void;
}

export function httpApp(trouble: Trouble): HttpApp {
  const app: HttpApp['app'] = new Hono();
  const mounted = new Map<string, RequestListener>();
  // Alive: the process answers. A supervisor restarts it when not.
  app.get('/healthz', (c) => c.text('ok\n'));
  // Ready: it can keep what members tell it. In help-only mode it is alive and not ready.
  app.get('/readyz', (c) => {
    const reason = trouble();
    return reason === null ? c.text('ready\n') : c.text(`not ready: ${reason}\n`, 503);
  });
  app.all('*', (c) => {
    const found = [...mounted].find(([prefix]) => c.req.path.startsWith(prefix));
    if (found === undefined) return c.notFound();
    const [, listener] = found;
    listener(c.env.incoming, c.env.outgoing);
    return RESPONSE_ALREADY_SENT;
  });
  return { app, mount: (prefix, listener) => mounted.set(prefix, listener) };
}

export interface HttpServer {
  readonly port: number;
  close(): Promise<void>;
}

/** @throws HandrailError('bad-configuration') where the port cannot be had */
export function listen({ app }: HttpApp, port: number): Promise<HttpServer> {
  return new Promise((resolve, reject) => {
    const server: ServerType = serve({ fetch: app.fetch, port }, (address) =>
      resolve({
        port: address.port,
        close: () =>
          new Promise((closed) => {
            server.close(() => closed());
            // A request that is only half sent would hold the end up for as long as it likes.
            if ('closeAllConnections' in server) server.closeAllConnections();
          }),
      }),
    );
    server.on('error', (error) => {
      const sentence = `Port ${port} cannot be had (${(error as NodeJS.ErrnoException).code ?? 'unknown reason'}). Set PORT to another one.`;
      reject(new HandrailError('bad-configuration', sentence, { cause: error }));
    });
  });
}
