// Makes the TCP and TLS connection of one attempt: it alone holds the raw socket, knows why there is none, and can end it.
import type { ClientRequest, IncomingMessage } from "node:http";
import { connect as connectTcp, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { Agent, type AgentConnectOpts } from "agent-base";
import type { BotCredentials } from "@/lib/bots/schemas";
import { LONGEST_QUOTE, type Loss, refusal } from "@/lib/feishu/discovery";
import { networkReason, proxyOf } from "@/lib/feishu/network";
import { connectThrough } from "@/lib/feishu/proxy";
import { lookupOfAdministrators, requireAllowed } from "@/lib/guarded-lookup";
import { KeptSecret, secretsIn } from "@/lib/kept-secret";

/** Not all that begin with 5: Feishu's 514 is a refusal of the credentials. */
const UNAVAILABLE = /^50\d$/;

export class AttemptAgent extends Agent {
  socket: Socket | undefined;
  loss: Loss | undefined;
  readonly #signal: AbortSignal;
  readonly #proxy: BotCredentials["proxy"];
  #url = "";

  constructor(signal: AbortSignal, proxy: BotCredentials["proxy"]) {
    super({ keepAlive: false });
    this.#signal = signal;
    this.#proxy = proxy;
    signal.addEventListener("abort", () => this.socket?.destroy(), { once: true });
  }

  get host(): string {
    return URL.canParse(this.#url) ? new URL(this.#url).host : "";
  }

  aim(url: string): void {
    this.#url = url;
  }

  async connect(request: ClientRequest, options: AgentConnectOpts): Promise<Socket> {
    this.#signal.throwIfAborted();
    request.prependListener("error", (error) => this.#note(networkReason(error, this.#url, this.#proxy)));
    request.prependListener("response", (response: IncomingMessage) => this.#noteRefusal(response));
    const socket = await this.#open(request, options);
    this.socket = socket;
    // The SDK takes its listeners off a discarded socket; an error without a listener would end the process.
    socket.on("error", (error) => this.#note(networkReason(error, this.#url, this.#proxy)));
    if (this.#signal.aborted) socket.destroy();
    return socket;
  }

  /** Resolves once no socket of this attempt is left. */
  async closed(): Promise<void> {
    const { socket } = this;
    if (!socket || socket.closed) return;
    await new Promise<void>((resolve) => {
      socket.once("close", () => resolve());
      socket.destroy();
    });
  }

  async #open(request: ClientRequest, options: AgentConnectOpts): Promise<Socket> {
    if (URL.canParse(this.#url)) requireAllowed(new URL(this.#url), true);
    const proxy = proxyOf(this.#url, this.#proxy);
    if (proxy) return connectThrough(proxy, request, options, this.#signal);
    const guarded = { ...options, lookup: lookupOfAdministrators };
    return options.secureEndpoint ? connectTls({ ...guarded, ALPNProtocols: ["http/1.1"] }) : connectTcp(guarded);
  }

  #note(reason: Loss["reason"]): void {
    this.loss ??= { kind: "other", reason };
  }

  #noteRefusal({ statusCode = 0, headers }: IncomingMessage): void {
    if (this.loss) return;
    // Feishu names the cause in these headers; Autherrcode is one of the endpoint's codes.
    const kept = new KeptSecret(...secretsIn(this.#url));
    const problem = kept.strikeOut(String(headers["handshake-msg"] ?? "")).slice(0, LONGEST_QUOTE);
    const cause = refusal(Number(headers["handshake-autherrcode"]), problem);
    if (cause.reason.code === "connection.limit") {
      this.loss = cause;
      return;
    }
    const status = String(headers["handshake-status"] ?? statusCode).slice(0, LONGEST_QUOTE);
    const params = { status, problem: problem || `HTTP ${statusCode}` };
    this.loss = UNAVAILABLE.test(status)
      ? { kind: "other", reason: { code: "connection.handshakeUnavailable", params } }
      : { kind: "refused", reason: { code: "connection.handshakeRefused", params } };
  }
}
