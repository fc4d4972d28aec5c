import type { RequestListener } from 'node:http';
import { type HttpBindings, type ServerType, serve } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { Hono } from 'hono';
import { HandrailError } from './core/values/errors.ts';

/** Returns why the bot cannot do all of its work now, in words that any stranger may read; null while it can. */
export type Trouble = () => string | null;

/** The program's only HTTP server. */
export interface HttpApp {
  readonly app: Hono<{ Bindings: HttpBindings }>;
  /** Passes requests whose path begins with `prefix` to `listener`, unread. */
  mount(prefix: string, listener: RequestListener): void;
}

export function httpApp(trouble: Trouble): HttpApp {
  const app: HttpApp['app'] = new Hono();
  const mounted = new Map<string, RequestListener>();
  // Liveness: the process answers. A supervisor restarts it if not.
  app.get('/healthz', (c) => c.text('ok\n'));
  // Readiness: the bot can save data. In help-only mode it is alive but not ready.
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

/** @throws HandrailError('bad-configuration') if the port cannot be used */
export function listen({ app }: HttpApp, port: number): Promise<HttpServer> {
  return new Promise((resolve, reject) => {
    const server: ServerType = serve({ fetch: app.fetch, port }, (address) =>
      resolve({
        port: address.port,
        close: () =>
          new Promise((closed) => {
            server.close(() => closed());
            // Closes all connections, because a half-sent request would delay the end without limit.
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
