import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readConfig } from '../src/config.ts';

interface Service {
  readonly image?: string;
  readonly build?: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly secrets?: readonly string[];
  readonly ports?: readonly string[];
  readonly restart?: string;
  readonly healthcheck?: object;
}

/** As Compose reads it where every variable that it asks for is set. */
function composeFile(name: string) {
  const written = readFileSync(new URL(`../${name}`, import.meta.url), 'utf8');
  const text = written.replace(/\$\{[A-Z_]+:\?[^}]*\}/g, 'given');
  return parse(text, { merge: true }) as {
    services: Readonly<Record<string, Service>>;
    secrets: Readonly<Record<string, { file: string }>>;
  };
}

describe('an operator who starts several processes by docker-compose.scaled.yml', () => {
  const { services, secrets } = composeFile('docker-compose.scaled.yml');
  const bots = Object.values(services).filter(({ image }) => image === 'handrail');

  it('has every shard in one process and no more', () => {
    const shards = bots.map(({ environment }) => readConfig(environment));
    expect(shards.map(({ discord }) => discord?.shards)).toEqual([
      { from: 0, to: 0, count: 2 },
      { from: 1, to: 1, count: 2 },
    ]);
  });

  it('has one image, one database and one key in all of them, and nothing else can reach the database', () => {
    const shared = bots.map((bot) => ({ ...bot, environment: { ...bot.environment, DISCORD_SHARDS: 'its own' } }));
    expect(shared[0]).toEqual(shared[1]);
    expect(shared[0]).toMatchObject({ secrets: ['handrail_key'], restart: 'on-failure', healthcheck: {} });
    expect(secrets['handrail_key']).toEqual({ file: './handrail.key' });
    expect(services['postgres']).toMatchObject({ restart: 'unless-stopped', healthcheck: {} });
    expect(Object.values(services).filter(({ ports }) => ports !== undefined)).toEqual([]);
  });

  it('has the same PostgreSQL as with docker-compose.yml', () => {
    expect(services['postgres']).toEqual(composeFile('docker-compose.yml').services['postgres']);
  });
});
