import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { circles, coreArrows, sourcesIn, upwards } from '../scripts/import-graph.js';
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

describe('the floors of the core', () => {
  const up = (all: ReadonlyMap<string, string>) =>
    upwards(coreArrows(all)).map(({ from, to, files }) => `${from} imports ${to} (${files.join(', ')})`);

  it('hold: none imports what lies above it, and no rooms import each other in a circle', () => {
    expect(coreArrows(sources()).length).toBeGreaterThan(50);
    expect(up(sources())).toEqual([]);
    expect(circles(coreArrows(sources()))).toEqual([]);
  });

  it.each([
    ['src/core/values/time.ts', "import type { View } from '../language/view.ts';", 'values imports language'],
    ['src/core/language/view.ts', "import { cope } from '../coping/commands.ts';", 'language imports coping'],
    ['src/core/coping/buttons.ts', "import { cope } from './commands.ts';", 'buttons imports coping'],
    ['src/core/conversation/inbox.ts', "import { rooms } from '../rooms.ts';", 'conversation imports rooms.ts'],
  ])('would catch it in %s: %s', (file, planted, why) => {
    const all = sources();
    all.set(file, `${all.get(file) ?? ''}\n${planted}\n`);
    expect(up(all)).toEqual([`${why} (${file})`]);
  });

  it('would catch a circle of rooms', () => {
    const all = sources();
    const file = 'src/core/coping/views.ts';
    all.set(file, `${all.get(file) ?? ''}\nimport { done } from '../onboarding/first-run.ts';\n`);
    expect(circles(coreArrows(all))).toEqual([]);
    const back = 'src/core/onboarding/first-run.ts';
    all.set(back, `${all.get(back) ?? ''}\nimport { chooseView } from '../coping/views.ts';\n`);
    expect(circles(coreArrows(all))).toEqual([['coping', 'onboarding']]);
  });
});
