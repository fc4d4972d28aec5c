import type { RequestListener } from 'node:http';
import { type HttpBindings, type ServerType, serve } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { Hono } from 'hono';
import { HandrailError } from './core/values/errors.ts';
import { type Health, readiness } from './health.ts';
import type { MetricsPage } from './metrics.ts';

/** The program's only HTTP server. */
export interface HttpApp {
  readonly app: Hono<{ Bindings: HttpBindings }>;
  /** Passes requests whose path begins with `prefix` to `listener`, unread. */
  mount(prefix: string, listener: RequestListener): void;
}

/** `metrics`: null where nobody can read them. */
export function httpApp(health: Health, metrics: MetricsPage | null = null): HttpApp {
  const app: HttpApp['app'] = new Hono();
  const mounted = new Map<string, RequestListener>();
  // Liveness: the process answers. A supervisor restarts it if not.
  app.get('/healthz', (c) => c.text('ok\n'));
  // Readiness: the bot can save data and be heard. In help-only mode it is alive but not ready.
  app.get('/readyz', (c) => {
    const { ready, text } = readiness(health);
    return c.text(text, ready ? 200 : 503);
  });
  if (metrics !== null)
    app.get('/metrics', async (c) => c.body(await metrics.text(), 200, { 'content-type': metrics.contentType }));
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
