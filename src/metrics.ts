import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { RequestBody } from './core/language/request.ts';
import type { Metrics } from './core/platform/metrics.ts';
import { whenStorageIsAway } from './core/values/errors.ts';
import type { Health } from './health.ts';

/** How a scraper reads the metrics, in Prometheus' text format. */
export interface MetricsPage {
  readonly contentType: string;
  text(): Promise<string>;
}

/** Includes 3 s, because Discord and Slack wait that long for the first answer. */
const answerSeconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10];

/** From a moment to what is only found late: a burst of thousands, or a database that was away. */
const lagSeconds = [0.1, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 900, 3_600];

/** Ten times the default, because the default wakes an idle process 100 times a second. */
const eventLoopSampleMs = 100;

/** What an operator calls the kind of a request. */
const kinds: Readonly<Record<RequestBody['kind'], string>> = {
  command: 'command',
  typed: 'command',
  action: 'button',
  link: 'link',
  form: 'form',
  text: 'text',
  wordless: 'wordless',
};

/** How long the oldest due delivery has been waiting; null if none is due. Rejects while the database is away. */
type Waiting = { oldestDueMs(): Promise<number | null> };

/**
 * The program's metrics. A label holds one of our own names, never an identifier of a person, community or channel, and
 * never what anyone wrote, because metrics are kept elsewhere and read by others.
 */
export function openMetrics(health: Health, outbox: Waiting): Metrics & { readonly page: MetricsPage } {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: eventLoopSampleMs });

  const interactions = new Counter({
    name: 'handrail_interactions_total',
    help: 'Requests that were heard, by platform and kind.',
    labelNames: ['platform', 'kind'],
    registers,
  });
  const answers = new Histogram({
    name: 'handrail_answer_seconds',
    help: 'From hearing a request until its answer is ready to be sent.',
    labelNames: ['platform'],
    buckets: answerSeconds,
    registers,
  });
  const tries = new Counter({
    name: 'handrail_deliveries_total',
    help: 'Tries to send what the bot sends by itself, by platform and end: sent, refused, uncertain, skipped, later.',
    labelNames: ['platform', 'end'],
    registers,
  });
  const lag = new Histogram({
    name: 'handrail_delivery_lag_seconds',
    help: 'How long after its time a delivery was sent.',
    labelNames: ['platform'],
    buckets: lagSeconds,
    registers,
  });
  for (const gauge of gaugesOf(health, outbox)) registry.registerMetric(gauge);

  return {
    heard(platform, kind) {
      interactions.inc({ platform, kind: kinds[kind] });
      const begun = performance.now();
      return () => answers.observe({ platform }, (performance.now() - begun) / 1_000);
    },
    tried(platform, end, lagMs) {
      tries.inc({ platform, end });
      if (end === 'sent') lag.observe({ platform }, lagMs / 1_000);
    },
    page: { contentType: registry.contentType, text: () => registry.metrics() },
  };
}

/** Read only when someone asks for the page. */
function gaugesOf(health: Health, outbox: Waiting): readonly Gauge[] {
  const connected = new Gauge({
    name: 'handrail_platform_connected',
    help: '1 while the platform can be heard, 0 otherwise.',
    labelNames: ['platform'],
    registers: [],
    collect() {
      for (const one of health.platforms()) this.set({ platform: one.name }, Number(one.connected));
    },
  });
  const usable = new Gauge({
    name: 'handrail_database_usable',
    help: '1 while the database can be used, 0 in help-only mode.',
    registers: [],
    collect() {
      this.set(Number(health.trouble() === null));
    },
  });
  const oldestDue = new Gauge({
    name: 'handrail_outbox_oldest_due_seconds',
    help: 'How long the oldest due delivery has been waiting, 0 if none is due. Absent while the database is away.',
    registers: [],
    async collect() {
      this.remove();
      if (health.trouble() !== null) return;
      const seconds = await outbox.oldestDueMs().then(
        (ms) => (ms ?? 0) / 1_000,
        whenStorageIsAway(() => null),
      );
      if (seconds !== null) this.set(seconds);
    },
  });
  return [connected, usable, oldestDue];
}
