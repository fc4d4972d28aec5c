import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import {
  bindMigrationAwareSqlAdapterFactory,
  type SqlDriverAdapter,
  type SqlMigrationAwareDriverAdapterFactory,
} from '@prisma/driver-adapter-utils';
import type { SchemaEngine } from '@prisma/schema-engine-wasm';

// Declared here, because Node has WebAssembly, but its types come only with the browser's.
declare const WebAssembly: {
  instantiate(bytes: Uint8Array, imports: Record<string, object>): Promise<{ instance: { exports: WasmExports } }>;
};
type WasmExports = Record<string, unknown> & { __wbindgen_start(): void; memory: { grow(pages: number): number } };

/**
 * Prisma's schema engine as WASM: no binary to download, no network.
 * It locks the whole database (SQLite: an exclusive locking mode; PostgreSQL: an advisory lock) until its connections
 * close. `close` closes them, because the engine never does.
 */
export async function openSchemaEngine(
  adapter: SqlMigrationAwareDriverAdapterFactory,
): Promise<{ engine: SchemaEngine; close(): Promise<void> }> {
  const { halves, memory, stopTimers } = await load();
  const connections: SqlDriverAdapter[] = [];
  const remembering: SqlMigrationAwareDriverAdapterFactory = {
    provider: adapter.provider,
    adapterName: adapter.adapterName,
    async connect() {
      const connection = await adapter.connect();
      connections.push(connection);
      return connection;
    },
    connectToShadowDb: () => adapter.connectToShadowDb(),
  };
  const bound = bindMigrationAwareSqlAdapterFactory(remembering);
  const engine = await halves.SchemaEngine.new({ datamodels: undefined }, () => {}, bound);
  return {
    engine,
    async close() {
      engine.free();
      stopTimers();
      for (const connection of connections) await connection.dispose();
      // The JavaScript half caches views of the WASM memory in globals. Growing by zero pages drops them, so that the
      // memory can be freed, and the next load does not read this one's.
      memory.grow(0);
      halves.__wbg_set_wasm(undefined);
    },
  };
}

/** Joins the package's two halves here, because its entry point needs a bundler that imports `.wasm`. */
async function load(): Promise<{ halves: Halves; memory: WasmExports['memory']; stopTimers(): void }> {
  const halves: Halves = await import('@prisma/schema-engine-wasm/schema_engine_bg');
  const bytes = await readFile(
    createRequire(import.meta.url)
      .resolve('@prisma/schema-engine-wasm')
      .replace(/schema_engine\.js$/, 'schema_engine_bg.wasm'),
  );
  // The engine reports a panic through this registry; without it the reason would be lost.
  Object.assign(globalThis, {
    PRISMA_WASM_PANIC_REGISTRY: {
      set_message(message: string) {
        throw new Error(`Prisma's schema engine panicked: ${message}`);
      },
    },
  });
  const { imports, stopTimers } = withTimersThatStop(halves);
  const { instance } = await WebAssembly.instantiate(bytes, { './schema_engine_bg.js': imports });
  halves.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
  return { halves, memory: instance.exports.memory, stopTimers };
}

/**
 * Stops the engine's timers, because on PostgreSQL it never cancels its deadline of 10 s, which would call freed
 * memory.
 */
function withTimersThatStop(halves: object): { imports: object; stopTimers(): void } {
  const timers: NodeJS.Timeout[] = [];
  const stopping = Object.entries(halves)
    .filter(([name]) => name.startsWith('__wbg_setTimeout_'))
    .map(([name, setTimer]) => [
      name,
      (...args: unknown[]) => {
        const timer = (setTimer as (...given: unknown[]) => NodeJS.Timeout)(...args);
        timers.push(timer);
        return timer;
      },
    ]);
  return { imports: { ...halves, ...Object.fromEntries(stopping) }, stopTimers: () => timers.forEach(clearTimeout) };
}

type Halves = typeof import('@prisma/schema-engine-wasm') & {
  __wbg_set_wasm(exports: WasmExports | undefined): void;
};
