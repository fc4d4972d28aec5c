import { type ServerType, serve } from '@hono/node-server';
import { Hono } from 'hono';
import { HandrailError } from './core/errors.ts';

/** Says in a plain sentence why the bot cannot do all of its work now; null while it can. */
export type Trouble = () => string | null;

/** The one HTTP server of the program. What else speaks HTTP mounts on `app`. */
export function httpApp(trouble: Trouble): Hono {
  const app = new Hono();
  // Alive: the process answers. A supervisor restarts it when not.
  app.get('/healthz', (c) => c.text('ok\n'));
  // Ready: it can keep what members tell it. In help-only mode it is alive and not ready.
  app.get('/readyz', (c) => {
    const reason = trouble();
    return reason === null ? c.text('ready\n') : c.text(`not ready: ${reason}\n`, 503);
  });
  return app;
}

export interface HttpServer {
  readonly port: number;
  close(): Promise<void>;
}

/** @throws HandrailError('bad-configuration') where the port cannot be had */
export function listen(app: Hono, port: number): Promise<HttpServer> {
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
