import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { sourcesIn } from '../scripts/import-graph.js';
import { violations } from './support/architecture.ts';

const sources = () => sourcesIn(fileURLToPath(new URL('..', import.meta.url)));

describe('the dependency rule: adapters → core ← storage', () => {
  it('holds', () => {
    expect(sources().size).toBeGreaterThan(50);
    expect(violations(sources())).toEqual([]);
  });

  it.each([
    [
      'src/core/checkins/rules.ts',
      "import { openStorage } from '../../storage/open.ts';",
      'core imports src/storage/open.ts',
    ],
    ['src/core/checkins/rules.ts', "import type { Client } from 'discord.js';", 'the core imports discord.js'],
    [
      'src/core/checkins/rules.ts',
      "export * from '../../adapters/terminal/render.ts';",
      'core imports src/adapters/terminal/render.ts',
    ],
    ['src/core/checkins/rules.ts', "const fs = await import('node:fs');", 'the core imports node:fs'],
    ['src/core/checkins/rules.ts', 'const today = new Date();', 'the core asks the system for the time'],
    ['src/core/checkins/rules.ts', "if (platform === 'slack') shout();", 'the core asks which platform it is'],
    [
      'src/adapters/slack/inbound.ts',
      "import { safe } from '../terminal/render.ts';",
      'adapters/slack imports src/adapters/terminal/render.ts',
    ],
    [
      'src/adapters/slack/inbound.ts',
      "import { members } from '../../storage/rooms/members.ts';",
      'adapters/slack imports src/storage/rooms/members.ts',
    ],
    ['src/storage/rooms/members.ts', "import { run } from '../../main.ts';", 'storage imports src/main.ts'],
  ])('would catch it in %s: %s', (file, planted, why) => {
    const all = sources();
    all.set(file, `${all.get(file) ?? ''}\n${planted}\n`);
    expect(violations(all)).toEqual([{ file, why }]);
  });
});
