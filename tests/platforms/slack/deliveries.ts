import { createHmac } from 'node:crypto';
import type { WebSocket } from 'ws';
import type { Slack } from './slack.ts';
import { type Json, newId } from './world.ts';

/** Something that Slack told the bot of. */
export interface Delivery {
  readonly type: 'slash_commands' | 'interactive' | 'events_api';
  readonly payload: Json;
  readonly dispatchedAt: number;
  acknowledgedAt: number | null;
  /** What the acknowledgement said. */
  said: Json | null;
  /** When the first of it could be seen. */
  answeredAt: number | null;
  /** HTTP only. */
  status: number | null;
}

/** How the bot is told of things: over one of its sockets, or at its address. */
export class Deliveries {
  readonly all: Delivery[] = [];
  readonly sockets = new Set<WebSocket>();
  readonly #waiting = new Map<string, Delivery>();
  readonly #slack: Slack;
  readonly #signingSecret: string;
  #queue: Delivery[] = [];
  hellos = 0;
  requestUrl: string | null = null;

  constructor(slack: Slack, signingSecret: string) {
    this.#slack = slack;
    this.#signingSecret = signingSecret;
  }

  connected(socket: WebSocket): void {
    socket.on('message', (data) => this.#heard(JSON.parse((data as Buffer).toString()) as Json));
    socket.on('close', () => {
      this.sockets.delete(socket);
      this.#slack.changes.happened();
    });
    socket.on('error', () => {});
    this.sockets.add(socket);
    this.hellos += 1;
    socket.send(
      JSON.stringify({
        type: 'hello',
        num_connections: this.sockets.size,
        connection_info: { app_id: this.#slack.appId },
      }),
    );
    const queued = this.#queue;
    this.#queue = [];
    for (const delivery of queued) this.#send(delivery);
    this.#slack.changes.happened();
  }

  tell(type: Delivery['type'], payload: Json): Delivery {
    const delivery: Delivery = {
      type,
      payload,
      dispatchedAt: performance.now(),
      acknowledgedAt: null,
      said: null,
      answeredAt: null,
      status: null,
    };
    this.all.push(delivery);
    this.#send(delivery);
    return delivery;
  }

  /** As Slack signs what it sends: https://docs.slack.dev/authentication/verifying-requests-from-slack */
  signed(body: string, secret = this.#signingSecret, at = Math.floor(Date.now() / 1_000)): Record<string, string> {
    const signature = createHmac('sha256', secret).update(`v0:${at}:${body}`).digest('hex');
    return { 'x-slack-signature': `v0=${signature}`, 'x-slack-request-timestamp': String(at) };
  }

  #send(delivery: Delivery): void {
    if (this.requestUrl !== null) return void this.#post(delivery, this.requestUrl);
    const [socket] = this.sockets;
    if (socket === undefined) {
      this.#queue.push(delivery);
      return;
    }
    const { type, payload } = delivery;
    const id = newId('E');
    this.#waiting.set(id, delivery);
    const accepts = type !== 'events_api';
    socket.send(JSON.stringify({ envelope_id: id, type, payload, accepts_response_payload: accepts }));
  }

  #heard({ envelope_id: id, payload }: Json): void {
    const delivery = this.#waiting.get(String(id));
    if (delivery === undefined) {
      this.#slack.violations.add('socket', `an acknowledgement of nothing, or a second one: ${String(id)}`);
      return;
    }
    this.#waiting.delete(String(id));
    this.#acknowledged(delivery, (payload ?? null) as Json | null);
  }

  async #post(delivery: Delivery, url: string): Promise<void> {
    const { type, payload } = delivery;
    const [contentType, body] =
      type === 'events_api'
        ? (['application/json', JSON.stringify(payload)] as const)
        : ([
            'application/x-www-form-urlencoded',
            String(
              new URLSearchParams(
                type === 'interactive' ? { payload: JSON.stringify(payload) } : (payload as Record<string, string>),
              ),
            ),
          ] as const);
    try {
      const headers = { 'content-type': contentType, ...this.signed(body) };
      const response = await fetch(url, { method: 'POST', headers, body });
      const text = await response.text();
      delivery.status = response.status;
      if (response.ok) this.#acknowledged(delivery, text.startsWith('{') ? (JSON.parse(text) as Json) : null);
    } catch {
      // The bot is away: a person sees that nothing comes.
    }
    this.#slack.changes.happened();
  }

  #acknowledged(delivery: Delivery, said: Json | null): void {
    delivery.acknowledgedAt = performance.now();
    delivery.said = said !== null && Object.keys(said).length > 0 ? said : null;
    this.#slack.changes.happened();
  }
}
