import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { delimiter, dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect } from 'vitest';
import { scratchFolder } from './storage.ts';

export const cli = new URL('../../dist/cli.js', import.meta.url).pathname;
export const main = new URL('../../dist/main.js', import.meta.url).pathname;
/** What `npm start` runs. It finds the Node of this test. */
export const script = new URL('../../bin/handrail', import.meta.url).pathname;

type Env = Record<string, string>;
type Program = ChildProcess & { stdout: NodeJS.ReadableStream; stderr: NodeJS.ReadableStream };

/** The real program, in a folder of its own for each test; what still runs after it is killed. */
export function programs() {
  let folder: ReturnType<typeof scratchFolder>;
  const running = new Set<ChildProcess>();
  beforeEach(() => {
    folder = scratchFolder();
  });
  afterEach(() => {
    for (const child of running) child.kill('SIGKILL');
    running.clear();
    folder.remove();
  });

  function launch(args: readonly string[], env: Env = {}): Program {
    const [command, rest] = args[0] === script ? [script, args.slice(1)] : [process.execPath, args];
    const child = spawn(command, rest, {
      cwd: folder.path,
      env: {
        PATH: [dirname(process.execPath), process.env['PATH']].join(delimiter),
        ICU_TIMEZONE_FILES_DIR: process.env['ICU_TIMEZONE_FILES_DIR'],
        HANDRAIL_DATA_DIR: join(folder.path, 'data'),
        ...env,
      },
    });
    running.add(child);
    return child;
  }

  return {
    path: (name: string) => join(folder.path, name),
    launch,

    /** Runs to the end, with these lines on standard input. */
    async run(args: readonly string[], input = '', env: Env = {}) {
      const child = launch(args, env);
      child.stdin?.end(input);
      const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
      expect(err, 'no stack trace').not.toMatch(/^\s+at /m);
      return { out, err, code: code as number };
    },
  };
}

/** Waits until the process has printed this on standard error. */
export function said(child: { stderr: NodeJS.ReadableStream }, pattern: RegExp): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    let printed = '';
    child.stderr.on('data', (chunk: Buffer) => {
      printed += String(chunk);
      const match = pattern.exec(printed);
      if (match !== null) resolve(match);
    });
    child.stderr.on('end', () => reject(new Error(`It ended without saying ${pattern}: ${printed}`)));
  });
}
