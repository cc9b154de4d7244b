// One long connection as the cloud sees it: answers pings, pushes events, reads acknowledgements, and can be made to fail.
import type WebSocket from "ws";
import type { Acknowledgement } from "@/lib/sandbox/delivery";
import type { FaultOn, Faults } from "@/lib/sandbox/faults";
import { CONTROL, DATA, decodeFrame, encodeFrame, type Frame, headerOf } from "@/lib/sandbox/frames";
import { randomDigits, randomId } from "@/lib/sandbox/ids";
import type { ClientConfig } from "@/lib/sandbox/settings";

/** "deaf" no longer hears the client, "mute" is no longer heard by it, "half-open" is both. */
export type Silence = "half-open" | "deaf" | "mute";

/** How a connection ends: a WebSocket close frame, a TCP reset, or a TCP FIN without a close frame. */
export type Cut = "close" | "reset" | "fin";

/** A frame that no client should choke on. */
export type OddFrame = "broken" | "text" | "card" | "bad-fragment";

export interface ConnectionOptions {
  appId: string;
  serviceId: number;
  faults: Faults;
  clientConfig(): ClientConfig;
  onReady(connection: CloudConnection): void;
  onAck(frameId: string, acknowledgement: Acknowledgement): void;
  log(message: string, detail?: object): void;
}

export class CloudConnection {
  readonly id = randomId("conn_");
  readonly openedAt = Date.now();
  lastPingAt: number | undefined;
  lastHeardAt = Date.now();
  /** Events wait for the client's first ping: what comes in the segment of the 101 answer is lost on the SDK. */
  ready = false;
  readonly #socket: WebSocket;
  readonly #options: ConnectionOptions;
  readonly #timers = new Set<NodeJS.Timeout>();
  #deaf = false;
  #mute = false;

  constructor(socket: WebSocket, options: ConnectionOptions) {
    this.#socket = socket;
    this.#options = options;
    socket.on("message", (data: Buffer, isBinary) => this.#receive(data, isBinary));
    socket.on("ping", (data) => {
      if (this.#deaf) return;
      this.lastHeardAt = Date.now();
      if (!this.#mute) socket.pong(data);
    });
    socket.on("error", (error) => options.log("A connection of the sandbox failed", { reason: error.message }));
    socket.on("close", () => {
      for (const timer of this.#timers) clearTimeout(timer);
    });
  }

  get appId(): string {
    return this.#options.appId;
  }

  get silence(): Silence | undefined {
    if (this.#deaf && this.#mute) return "half-open";
    if (this.#deaf) return "deaf";
    return this.#mute ? "mute" : undefined;
  }

  silenceNow(silence: Silence | undefined): void {
    this.#deaf = silence === "half-open" || silence === "deaf";
    this.#mute = silence === "half-open" || silence === "mute";
    // A paused socket does not even see the client's FIN: the TCP connection stays open.
    if (silence === "half-open") this.#socket.pause();
    else this.#socket.resume();
  }

  cut(how: Cut): void {
    if (how === "close") {
      this.#socket.resume();
      this.#socket.close(1001, "the server is going away");
      return;
    }
    const tcp = tcpSocketOf(this.#socket);
    if (how === "reset") tcp.resetAndDestroy();
    else tcp.end();
  }

  terminate(): void {
    this.#socket.resume();
    this.#socket.terminate();
  }

  pushEvent(frameId: string, payload: Buffer): void {
    const fault = this.#options.faults.take("push", this.appId);
    const frames = this.#eventFrames(frameId, payload, fault);
    if (fault?.as !== "slow") {
      for (const frame of frames) this.#send(frame);
      return;
    }
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      for (const frame of frames) this.#send(frame);
    }, fault.delayMs ?? 1_000);
    this.#timers.add(timer);
  }

  sendOdd(what: OddFrame): void {
    if (this.#mute) return;
    if (what === "broken") this.#socket.send(Buffer.from("ff00ff00", "hex"));
    else if (what === "text") this.#socket.send("this is no frame");
    else if (what === "card") this.#send(this.#eventFrame(randomId(), Buffer.from("{}"), "card", 1, 0));
    else this.#send(this.#eventFrame(randomId(), Buffer.from("{}"), "event", 2, 7));
  }

  #eventFrames(frameId: string, payload: Buffer, fault: FaultOn<"push"> | undefined): Frame[] {
    if (fault?.as === "lost") return [];
    if (fault?.as === "card-frame") return [this.#eventFrame(frameId, payload, "card", 1, 0)];
    if (fault?.as !== "fragments") return [this.#eventFrame(frameId, payload, "event", 1, 0)];
    const parts = Math.min(fault.parts ?? 3, Math.max(payload.length, 1));
    const size = Math.ceil(payload.length / parts);
    const frames = Array.from({ length: parts }, (_, seq) =>
      this.#eventFrame(frameId, payload.subarray(seq * size, (seq + 1) * size), "event", parts, seq),
    );
    const sent = frames.flatMap((frame, seq) => {
      if (fault.lose?.includes(seq)) return [];
      return fault.duplicate?.includes(seq) ? [frame, frame] : [frame];
    });
    if (fault.order === "reversed") sent.reverse();
    if (fault.order === "shuffled") sent.sort(() => Math.random() - 0.5);
    return sent;
  }

  #eventFrame(frameId: string, payload: Buffer, type: string, sum: number, seq: number): Frame {
    return {
      seqId: 1,
      logId: Number(randomDigits(15)),
      service: this.#options.serviceId,
      method: DATA,
      headers: [
        { key: "type", value: type },
        { key: "message_id", value: frameId },
        { key: "sum", value: String(sum) },
        { key: "seq", value: String(seq) },
        { key: "trace_id", value: frameId },
      ],
      payload,
    };
  }

  #send(frame: Frame): void {
    if (this.#mute || this.#socket.readyState !== this.#socket.OPEN) return;
    this.#socket.send(encodeFrame(frame));
  }

  #receive(data: Buffer, isBinary: boolean): void {
    if (this.#deaf) return;
    this.lastHeardAt = Date.now();
    if (!isBinary) return;
    try {
      const frame = decodeFrame(data);
      if (frame.method === CONTROL) this.#receiveControl(frame);
      else if (frame.method === DATA) this.#receiveAck(frame);
    } catch (error) {
      this.#options.log("The sandbox could not read a frame", { reason: String(error) });
    }
  }

  #receiveControl(frame: Frame): void {
    if (headerOf(frame, "type") !== "ping") return;
    this.lastPingAt = Date.now();
    this.#pong(frame);
    if (this.ready) return;
    this.ready = true;
    this.#options.onReady(this);
  }

  #pong(ping: Frame): void {
    const fault = this.#options.faults.take("pong", this.appId);
    if (fault?.as === "none") return;
    const pong: Frame = { ...ping, method: CONTROL, headers: [{ key: "type", value: "pong" }] };
    if (fault?.as === "empty-object") pong.payload = Buffer.from("{}");
    // Without its four fields the SDK falls into a flood of pings.
    else if (!fault) pong.payload = Buffer.from(JSON.stringify(this.#options.clientConfig()));
    this.#send(pong);
  }

  #receiveAck(frame: Frame): void {
    const frameId = headerOf(frame, "message_id");
    if (frameId === undefined || !frame.payload) return;
    if (this.#options.faults.take("ack", this.appId)) return;
    const body = JSON.parse(frame.payload.toString()) as { code?: unknown; data?: unknown };
    const data = typeof body.data === "string" ? decodeData(body.data) : undefined;
    this.#options.onAck(frameId, { code: Number(body.code), ...(data === undefined ? {} : { data }) });
  }
}

/** What a handler returned travels as base64 of its JSON. */
function decodeData(data: string): unknown {
  return JSON.parse(Buffer.from(data, "base64").toString());
}

// `ws` has no public way to end the TCP connection without a close frame.
function tcpSocketOf(socket: WebSocket): import("node:net").Socket {
  return (socket as unknown as { _socket: import("node:net").Socket })._socket;
}
