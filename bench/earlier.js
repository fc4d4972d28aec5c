import { execFileSync } from 'node:child_process';
import { mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The bot as it was at a commit, built with the packages of today, in a worktree of its own. */
export function buildEarlier(commit) {
  const place = join(mkdtempSync(join(tmpdir(), 'handrail-earlier-')), commit);
  const git = (...args) => execFileSync('git', args, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  git('worktree', 'add', '--detach', place, commit);
  symlinkSync(join(root, 'node_modules'), join(place, 'node_modules'));
  execFileSync('npm', ['run', 'build', '--silent'], { cwd: place, stdio: ['ignore', 'ignore', 'inherit'] });
  return {
    worker: pathToFileURL(join(place, 'bench/checkin-worker.js')),
    remove: () => git('worktree', 'remove', '--force', place),
  };
}
