// The WebSocket side of the cloud: lets clients in with a ticket from the discovery, and knows who is online.
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import type { AppRegistry, SandboxApp } from "@/lib/sandbox/apps";
import { CloudConnection, type Silence } from "@/lib/sandbox/connection";
import type { Acknowledgement, Push } from "@/lib/sandbox/delivery";
import type { FaultOn, Faults } from "@/lib/sandbox/faults";
import { randomDigits, randomId } from "@/lib/sandbox/ids";
import type { SandboxSettings } from "@/lib/sandbox/settings";

export interface ConnectionView {
  id: string;
  openedAt: number;
  ready: boolean;
  /** When anything last came from the client. */
  lastHeardAt: number;
  lastPingAt?: number;
  silence?: Silence;
}

export interface GatewayOptions {
  apps: AppRegistry;
  faults: Faults;
  settings: SandboxSettings;
  onOpen(connection: CloudConnection): void;
  onReady(connection: CloudConnection): void;
  onClose(connection: CloudConnection): void;
  onAck(frameId: string, acknowledgement: Acknowledgement): void;
  log(message: string, detail?: object): void;
}

const PATH = "/ws/v2";
const TICKET_LIFE_MS = 60_000;
const SWEEP_MS = 30_000;
// A link on which nothing came for this many ping intervals is dead; a paused one would stay for ever.
const SILENT_INTERVALS = 3;
const LIMIT_EXCEEDED = {
  "Handshake-Status": "514",
  "Handshake-Msg": "the number of connections exceeded the limit",
  "Handshake-Autherrcode": "1000040350",
};

export class Gateway {
  readonly #options: GatewayOptions;
  readonly #server = new WebSocketServer({ noServer: true, autoPong: false, perMessageDeflate: false });
  readonly #tickets = new Map<string, { appId: string; expiresAt: number }>();
  readonly #connections = new Map<string, Set<CloudConnection>>();
  readonly #hanging = new Set<Duplex>();
  readonly #sweep: NodeJS.Timeout;

  constructor(options: GatewayOptions) {
    this.#options = options;
    this.#sweep = setInterval(() => this.#dropDead(), SWEEP_MS);
    this.#sweep.unref();
  }

  /** The address that the discovery hands out. */
  address(origin: string, app: SandboxApp, serviceIdFirst: boolean): string {
    this.#forgetTickets();
    const ticket = randomId();
    this.#tickets.set(ticket, { appId: app.appId, expiresAt: Date.now() + TICKET_LIFE_MS });
    const service: [string, string] = ["service_id", String(app.serviceId)];
    const others: [string, string][] = [
      ["fpid", "493"],
      ["aid", "552564"],
      ["device_id", randomDigits(19)],
      ["access_key", randomId()],
    ];
    // The SDK swallows the first parameter into the address, so service_id must not be it.
    const query = serviceIdFirst ? [service, ...others] : [...others, service];
    return `${origin.replace(/^http/, "ws")}${PATH}?${new URLSearchParams([...query, ["ticket", ticket]])}`;
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on("error", () => socket.destroy());
    const url = new URL(request.url ?? "/", "ws://sandbox");
    const app = url.pathname === PATH ? this.#appOfTicket(url.searchParams.get("ticket")) : undefined;
    const fault = app && this.#options.faults.take("handshake", app.appId);
    if (url.pathname !== PATH) refuse(socket, 404);
    else if (!app) refuse(socket, 403, { "Handshake-Status": "403", "Handshake-Msg": "invalid ticket" });
    else if (fault?.as === "hang") this.#hang(socket);
    else if (fault?.as === "refuse") refuse(socket, fault.httpStatus ?? 403, handshakeHeaders(fault));
    else if (this.isFull(app.appId)) refuse(socket, 403, LIMIT_EXCEEDED);
    else this.#open(app, request, socket, head, fault?.as === "push-with-101");
  }

  #open(app: SandboxApp, request: IncomingMessage, socket: Duplex, head: Buffer, pushesWith101: boolean): void {
    // Corked, the 101 answer and what is pushed with it leave in one TCP segment.
    if (pushesWith101) socket.cork();
    this.#server.handleUpgrade(request, socket, head, (client) => {
      this.#admit(new CloudConnection(client, this.#connectionOptions(app)), client, pushesWith101);
      socket.uncork();
    });
  }

  isFull(appId: string): boolean {
    return this.online(appId).length >= this.#options.settings.maxConnections;
  }

  online(appId: string): CloudConnection[] {
    return [...(this.#connections.get(appId) ?? [])];
  }

  list(appId: string): ConnectionView[] {
    return this.online(appId).map(({ id, openedAt, ready, lastHeardAt, lastPingAt, silence }) => ({
      id,
      openedAt,
      ready,
      lastHeardAt,
      ...(lastPingAt === undefined ? {} : { lastPingAt }),
      ...(silence === undefined ? {} : { silence }),
    }));
  }

  /** Gives the event to one connection at random, as Feishu does; `undefined` when none is online. */
  push(appId: string, push: Push): { connectionId: string } | undefined {
    const ready = this.online(appId).filter((connection) => connection.ready);
    const fresh = ready.filter(({ id }) => !push.tried.includes(id));
    const candidates = this.#options.settings.redeliverTo === "other" && fresh.length > 0 ? fresh : ready;
    const chosen = candidates[Math.floor(Math.random() * candidates.length)];
    if (!chosen) return undefined;
    chosen.pushEvent(push.frameId, push.payload);
    return { connectionId: chosen.id };
  }

  closeAll(appId: string): void {
    for (const connection of this.online(appId)) connection.cut("close");
  }

  async stop(): Promise<void> {
    clearInterval(this.#sweep);
    for (const socket of this.#hanging) socket.destroy();
    for (const connections of this.#connections.values()) {
      for (const connection of connections) connection.terminate();
    }
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #appOfTicket(ticket: string | null): SandboxApp | undefined {
    this.#forgetTickets();
    const found = ticket === null ? undefined : this.#tickets.get(ticket);
    return found && this.#options.apps.get(found.appId);
  }

  /** Tickets stand in the order in which they expire. */
  #forgetTickets(): void {
    for (const [ticket, { expiresAt }] of this.#tickets) {
      if (expiresAt > Date.now()) return;
      this.#tickets.delete(ticket);
    }
  }

  #connectionOptions(app: SandboxApp) {
    const { faults, settings, onReady, onAck, log } = this.#options;
    const clientConfig = () => settings.clientConfig;
    return { appId: app.appId, serviceId: app.serviceId, faults, clientConfig, onReady, onAck, log };
  }

  #admit(connection: CloudConnection, client: import("ws").WebSocket, readyAtOnce: boolean): void {
    const connections = this.#connections.get(connection.appId) ?? new Set();
    this.#connections.set(connection.appId, connections.add(connection));
    client.on("close", () => {
      connections.delete(connection);
      if (connections.size === 0) this.#connections.delete(connection.appId);
      this.#options.onClose(connection);
    });
    const silence = this.#options.faults.take("connection", connection.appId);
    if (silence) connection.silenceNow(silence.as);
    this.#options.onOpen(connection);
    if (!readyAtOnce) return;
    connection.ready = true;
    this.#options.onReady(connection);
  }

  #hang(socket: Duplex): void {
    this.#hanging.add(socket);
    socket.on("close", () => this.#hanging.delete(socket));
    // Read and dropped: only so is the client's leaving seen.
    socket.on("end", () => socket.destroy()).resume();
  }

  #dropDead(): void {
    const limit = SILENT_INTERVALS * Math.max(this.#options.settings.clientConfig.PingInterval, 1) * 1000;
    for (const connections of this.#connections.values()) {
      for (const connection of connections) {
        if (Date.now() - connection.lastHeardAt > limit) connection.terminate();
      }
    }
  }
}

function handshakeHeaders(fault: FaultOn<"handshake">): Record<string, string> {
  return {
    "Handshake-Status": fault.handshakeStatus ?? "403",
    "Handshake-Msg": fault.handshakeMsg ?? "refused",
    ...(fault.handshakeAutherrcode === undefined ? {} : { "Handshake-Autherrcode": fault.handshakeAutherrcode }),
  };
}

function refuse(socket: Duplex, status: number, headers: Record<string, string> = {}): void {
  // The client may never end its side, which would keep the server from closing.
  socket.once("finish", () => socket.destroy());
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n${lines.join("")}\r\n`);
}
