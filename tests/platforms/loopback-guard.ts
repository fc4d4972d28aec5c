import { isIP, Socket } from 'node:net';
import { afterAll, afterEach, beforeAll } from 'vitest';

/** Nothing in this test file leaves the machine: what tries to is broken off, and fails its test with the host's name. */
export function nothingLeavesLoopback(): void {
  let guard: LoopbackGuard | null = null;
  beforeAll(() => {
    guard = guardLoopback();
  });
  afterEach(() => {
    const hosts = guard?.takeRefused() ?? [];
    if (hosts.length > 0) throw new Error(`The test tried to leave loopback: ${hosts.join(', ')}`);
  });
  afterAll(() => guard?.release());
}

export interface LoopbackGuard {
  /** The hosts that something tried to reach since the last time. */
  takeRefused(): readonly string[];
  release(): void;
}

/** TCP, and so TLS, HTTP, fetch and websockets: all of them connect here, before a name is looked up. */
export function guardLoopback(): LoopbackGuard {
  let refused: string[] = [];
  const connect = Socket.prototype.connect as (this: Socket, ...args: unknown[]) => Socket;
  Socket.prototype.connect = function guarded(this: Socket, ...args: unknown[]) {
    const host = hostOf(args);
    if (isLoopback(host)) return connect.apply(this, args);
    refused.push(host);
    return this.destroy(new Error(`The test tried to leave loopback: ${host}`));
  };
  return {
    takeRefused() {
      const hosts = refused;
      refused = [];
      return hosts;
    },
    release() {
      Socket.prototype.connect = connect;
    },
  };
}

/** Of `(options)`, `(port, host)` and `(path)`; node itself hands them on as one array. No host is this machine. */
function hostOf(args: readonly unknown[]): string {
  const [first, second] = Array.isArray(args[0]) ? (args[0] as unknown[]) : args;
  if (first instanceof Object) {
    const { host, path } = first as { host?: string; path?: string };
    return path ? 'localhost' : (host ?? 'localhost');
  }
  return typeof second === 'string' ? second : 'localhost';
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}
