import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import type { Changes } from '../changes.ts';
import { close, ignored, intents, lastIntent, op, privileged } from './gateway-codes.ts';
import { nextId, shardOf } from './snowflake.ts';
import { guildJson, type Json, userJson } from './wire.ts';
import type { World } from './world.ts';

interface Session {
  readonly id: string;
  readonly shard: readonly [index: number, count: number];
  readonly intents: number;
  /** All that it was sent, for RESUME: the sequence number of each is its place here. */
  readonly sent: Json[];
  /** Null between a dropped connection and RESUME. */
  socket: WebSocket | null;
  resumable: boolean;
}

interface GatewayOptions {
  readonly world: World;
  readonly changes: Changes;
  readonly token: string;
  readonly url: () => string;
  readonly heartbeatIntervalMs: number;
  readonly allowedIntents: number;
}

/** The websocket side: who is connected, and what they are told. */
export class Gateway {
  /** What each IDENTIFY and RESUME held, in order. */
  readonly identified: Json[] = [];
  /** When each IDENTIFY came, on the clock of performance.now(). */
  readonly identifiedAtMs: number[] = [];
  readonly resumed: Json[] = [];
  heartbeats = 0;
  readonly #options: GatewayOptions;
  readonly #server = new WebSocketServer({ noServer: true });
  readonly #sessions = new Map<string, Session>();
  #refusing = 0;
  #closingIdentifies: number[] = [];

  constructor(options: GatewayOptions) {
    this.#options = options;
  }

  /** How many connections are open and past IDENTIFY. */
  get connected(): number {
    return this.#live().length;
  }

  /** The connection breaks off, with no closing words. The session can be resumed. */
  dropSocket(): void {
    for (const { socket } of this.#live()) socket?.terminate();
  }

  /** Discord closes every connection with this code. */
  closeWith(code: number): void {
    for (const { socket } of this.#live()) socket?.close(code);
  }

  /** Discord asks everyone to connect anew: opcode 7. */
  askToReconnect(): void {
    for (const { socket } of this.#live()) send(socket, { op: op.reconnect, d: null });
  }

  /** None of the sessions of now can be resumed when its connection ends. */
  forgetSessions(): void {
    for (const session of this.#sessions.values()) session.resumable = false;
  }

  /** The next connections are reset before they open. */
  refuseConnections(times: number): void {
    this.#refusing = times;
  }

  /** The next IDENTIFY is answered with this close code, such as 4004 for a token that was just reset. */
  closeNextIdentify(code: number): void {
    this.#closingIdentifies.push(code);
  }

  /** Is anyone there who would hear of this? Those whose connection just broke hear of it when they resume. */
  hears(guildId: string | null, intent: number): boolean {
    return this.#listeners(guildId, intent).length > 0;
  }

  /** `guildId`: null for what belongs to no guild. `intent`: 0 for what needs none. */
  dispatch(event: string, data: Json, guildId: string | null, intent: number): void {
    for (const session of this.#listeners(guildId, intent)) this.#tell(session, event, data);
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (this.#refusing > 0) {
      this.#refusing -= 1;
      socket.destroy();
      return;
    }
    const version = new URL(request.url ?? '/', 'ws://gateway').searchParams.get('v');
    if (request.headers.authorization !== undefined) socket.end(`HTTP/1.1 400 ${STATUS_CODES[400]}\r\n\r\n`);
    else this.#server.handleUpgrade(request, socket, head, (opened) => this.#welcome(opened, version));
  }

  async close(): Promise<void> {
    for (const client of this.#server.clients) client.terminate();
    await new Promise((done) => this.#server.close(done));
  }

  #live(): readonly Session[] {
    return [...this.#sessions.values()].filter(({ socket }) => socket !== null);
  }

  #listeners(guildId: string | null, intent: number): readonly Session[] {
    return [...this.#sessions.values()].filter(
      ({ shard: [index, count], intents }) => shardOf(guildId, count) === index && (intents & intent) === intent,
    );
  }

  #welcome(socket: WebSocket, version: string | null): void {
    if (version !== '10') return socket.close(close.invalidVersion);
    let session: Session | null = null;
    socket.on('error', () => socket.terminate());
    socket.on('message', (data) => {
      const frame = parse(data);
      if (frame === null) socket.close(close.decodeError);
      else if (frame.op === op.heartbeat) {
        this.heartbeats += 1;
        send(socket, { op: op.heartbeatAck });
      } else if (frame.op === op.identify) {
        if (session !== null) socket.close(close.alreadyAuthenticated);
        else session = this.#identify(socket, frame.d);
      } else if (frame.op === op.resume) session = this.#resume(socket, frame.d);
      else if (!ignored.includes(frame.op)) socket.close(close.unknownOpcode);
      else if (session === null) socket.close(close.notAuthenticated);
      this.#options.changes.happened();
    });
    socket.on('close', (code) => {
      if (session?.socket === socket) session.socket = null;
      // Whoever says goodbye with 1000 or 1001 gives the session up.
      if (session !== null && (!session.resumable || code === 1000 || code === 1001)) this.#sessions.delete(session.id);
      this.#options.changes.happened();
    });
    send(socket, { op: op.hello, d: { heartbeat_interval: this.#options.heartbeatIntervalMs } });
  }

  #identify(socket: WebSocket, d: Json): Session | null {
    this.identified.push(d);
    this.identifiedAtMs.push(performance.now());
    const code = this.#closingIdentifies.shift() ?? this.#problemOf(d);
    if (code !== null) {
      socket.close(code);
      return null;
    }
    const shard = (d['shard'] ?? [0, 1]) as [number, number];
    const session: Session = { id: nextId(), shard, intents: Number(d['intents']), sent: [], socket, resumable: true };
    this.#sessions.set(session.id, session);
    this.#greet(session);
    return session;
  }

  #problemOf(d: Json): number | null {
    const wanted = d['intents'];
    const [index, count] = (d['shard'] ?? [0, 1]) as [number, number];
    if (d['token'] !== this.#options.token) return close.authenticationFailed;
    if (!(index >= 0 && index < count)) return close.invalidShard;
    if (typeof wanted !== 'number' || wanted < 0 || wanted >= lastIntent * 2) return close.invalidIntents;
    return (wanted & privileged & ~this.#options.allowedIntents) === 0 ? null : close.disallowedIntents;
  }

  /** READY names the guilds; each follows as GUILD_CREATE, or the client waits for it. */
  #greet(session: Session): void {
    const { world, url } = this.#options;
    const [index, count] = session.shard;
    const guilds = world.guilds.filter(({ id, joined }) => joined && shardOf(id, count) === index);
    this.#tell(session, 'READY', {
      v: 10,
      user: userJson(world.bot),
      guilds: guilds.map(({ id }) => ({ id, unavailable: true })),
      session_id: session.id,
      resume_gateway_url: url(),
      shard: session.shard,
      application: { id: world.applicationId, flags: 0 },
    });
    if ((session.intents & intents.guilds) === 0) return;
    for (const guild of guilds) if (guild.available) this.#tell(session, 'GUILD_CREATE', guildJson(guild, world));
  }

  #resume(socket: WebSocket, d: Json): Session | null {
    this.resumed.push(d);
    const session = this.#sessions.get(String(d['session_id']));
    const seq = Number(d['seq']);
    if (d['token'] !== this.#options.token) socket.close(close.authenticationFailed);
    else if (session === undefined) send(socket, { op: op.invalidSession, d: false });
    else if (!(seq >= 0 && seq <= session.sent.length)) socket.close(close.invalidSeq);
    else {
      session.socket = socket;
      for (const missed of session.sent.slice(seq)) send(socket, missed);
      this.#tell(session, 'RESUMED', {});
      return session;
    }
    return null;
  }

  #tell(session: Session, event: string, data: Json): void {
    const frame = { op: op.dispatch, t: event, s: session.sent.length + 1, d: data };
    session.sent.push(frame);
    send(session.socket, frame);
  }
}

function parse(data: RawData): { op: number; d: Json } | null {
  try {
    const frame: unknown = JSON.parse((data as Buffer).toString());
    return frame instanceof Object && 'op' in frame && typeof frame.op === 'number'
      ? (frame as { op: number; d: Json })
      : null;
  } catch {
    return null;
  }
}

function send(socket: WebSocket | null, frame: Json): void {
  if (socket?.readyState === 1) socket.send(JSON.stringify(frame));
}
