// A simulated Feishu cloud on loopback, which the unmodified SDK connects to: puts the parts together and is their face.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type AppRegistration, AppRegistry, type SandboxApp } from "./apps";
import { CardTokens } from "./card-tokens";
import { Cards } from "./cards";
import { Chats } from "./chats";
import type { Cut, OddFrame, Silence } from "./connection";
import { type Delivery, DeliveryLedger, type Push } from "./delivery";
import { type EventHeader, envelope } from "./events";
import { Faults } from "./faults";
import { Front } from "./front";
import { type ConnectionView, Gateway } from "./gateway";
import { randomId } from "./ids";
import { createOpenApi } from "./openapi/server";
import { People, type PersonRef, type SandboxPerson } from "./people";
import * as actions from "./person-actions";
import { RateLimits } from "./rate-limits";
import { type Resource, Resources } from "./resources";
import { Ring } from "./ring";
import { DEFAULT_LIMITS, defaultSettings, type SandboxLimits, type SandboxSettings } from "./settings";
import { Signals } from "./signals";
import type { RecordedCall, SandboxLog, SandboxSignals, SandboxState } from "./state";
import { SentUuids } from "./uuids";
import { type SandboxMessage, viewMessage } from "./views";
import { pushToWebhook } from "./webhook-push";

export interface SandboxOptions {
  host?: string;
  port?: number;
  /** Divides the waits between pushes of an event and the life of a card's streaming mode. */
  timeScale?: number;
  settings?: Partial<SandboxSettings>;
  limits?: Partial<SandboxLimits>;
  log?: SandboxLog;
}

export async function startSandboxCloud(options: SandboxOptions = {}): Promise<SandboxCloud> {
  const host = options.host ?? "127.0.0.1";
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return new SandboxCloud(server, `http://${host.includes(":") ? `[${host}]` : host}:${port}`, options);
}

// Feishu wants the challenge back within a second.
const CHALLENGE_MS = 1_000;

export class SandboxCloud {
  readonly origin: string;
  readonly faults: Faults;
  readonly settings: SandboxSettings;
  readonly #state: SandboxState;
  readonly #server: Server;
  readonly #gateway: Gateway;
  readonly #delivery: DeliveryLedger;
  readonly #calls: Ring<RecordedCall>;
  readonly #stopping = new AbortController();
  #stopped: Promise<void> | undefined;

  constructor(server: Server, origin: string, options: SandboxOptions) {
    const state = createState(origin, options, this.#stopping.signal);
    this.origin = origin;
    this.faults = state.faults;
    this.settings = state.settings;
    this.#state = state;
    this.#server = server;
    this.#calls = new Ring(state.limits.calls);
    this.#delivery = new DeliveryLedger(state.settings, state.limits, {
      carry: (appId, push) => this.#carry(appId, push),
      onPush: (appId, eventId, attempt) => state.signals.emit("push", { appId, eventId, attempt }),
      onAck: (appId, eventId, attempt, late) => state.signals.emit("ack", { appId, eventId, attempt, late }),
    });
    this.#gateway = this.#createGateway(state);
    const api = createOpenApi(state, (appId) => this.#gateway.online(appId).length);
    const front = new Front(state, this.#gateway, api, this.#calls);
    server.on("request", (request, response) => {
      front.handle(request, response).catch((error: unknown) => {
        state.log("The sandbox failed to answer a request", { reason: String(error) });
        response.destroy();
      });
    });
    server.on("upgrade", (request, socket, head) => this.#gateway.upgrade(request, socket, head));
  }

  #createGateway(state: SandboxState): Gateway {
    const tell = (appId: string, connectionId: string, connectionState: "open" | "ready" | "closed") =>
      state.signals.emit("connection", { appId, connectionId, state: connectionState });
    return new Gateway({
      apps: state.apps,
      faults: state.faults,
      settings: state.settings,
      log: state.log,
      onOpen: ({ appId, id }) => tell(appId, id, "open"),
      onReady: ({ appId, id }) => {
        tell(appId, id, "ready");
        this.#delivery.flush(appId);
      },
      onClose: ({ appId, id }) => tell(appId, id, "closed"),
      onAck: (frameId, acknowledgement) => this.#delivery.acknowledge(frameId, acknowledgement),
    });
  }

  // --- apps ---

  /** Registering again changes the given keys and keeps the rest, connections included. */
  registerApp(input: AppRegistration): SandboxApp {
    const app = this.#state.apps.register(input);
    if (app.webhookUrl !== null) this.#delivery.flush(app.appId);
    return app;
  }

  removeApp(appId: string): void {
    this.#gateway.closeAll(appId);
    this.#delivery.forgetApp(appId);
    this.#state.chats.forgetApp(appId);
    this.#state.apps.remove(appId);
    this.faults.clear(appId);
  }

  app(appId: string): SandboxApp | undefined {
    return this.#state.apps.get(appId);
  }

  apps(): SandboxApp[] {
    return this.#state.apps.list();
  }

  /** Every access token of the app stops working (99991663), as when its secret is reset. */
  revokeTokens(appId: string): void {
    this.#state.apps.revokeTokens(appId);
  }

  // --- people and chats ---

  /** The person of that name, made on first use; the same name has the same ids in every cloud. */
  person(name: string): SandboxPerson {
    return this.#state.people.person(name);
  }

  directChat(appId: string, person: PersonRef): { chatId: string } {
    this.#state.apps.require(appId);
    return { chatId: this.#state.chats.direct(appId, this.#state.people.person(person)).chatId };
  }

  /** The group of that name, with these members added to those it has. Sends no event: see `addBot`. */
  group(name: string, members: { apps?: string[]; people?: PersonRef[] } = {}): { chatId: string } {
    const chat = this.#state.chats.group(name);
    for (const appId of members.apps ?? []) chat.appIds.add(this.#state.apps.require(appId).appId);
    for (const person of members.people ?? []) chat.people.add(this.#state.people.person(person).openId);
    return { chatId: chat.chatId };
  }

  /** The chats that the app is in, oldest first. */
  chatsOf(appId: string): { chatId: string; kind: "p2p" | "group"; name: string }[] {
    return this.#state.chats.ofApp(appId).map(({ chatId, kind, name }) => ({ chatId, kind, name }));
  }

  messages(chatId: string): SandboxMessage[] {
    const messages = this.#state.chats.get(chatId)?.messages.entries ?? [];
    return messages.map((message) => viewMessage(message, this.#state.cards));
  }

  message(messageId: string): SandboxMessage | undefined {
    const message = this.#state.chats.message(messageId);
    return message && viewMessage(message, this.#state.cards);
  }

  /** A person's image or file, to be named in the content of a message. */
  attach(input: { kind: "image" | "file"; bytes: Buffer; fileName: string }): Resource {
    return this.#state.resources.add({ ...input, appId: undefined });
  }

  /** What a bot or a person uploaded. */
  resource(key: string): Resource | undefined {
    return this.#state.resources.get(key);
  }

  // --- what people do ---

  /** A person writes: pushes `im.message.receive_v1` to every bot that hears it. `eventId` is the one of `input.appId`. */
  say(input: actions.SayInput): { messageId: string; eventId: string } {
    return actions.say(this.#state, this.#submit, input);
  }

  react(input: { messageId: string; from: PersonRef; emoji: string; remove?: boolean }): void {
    actions.react(this.#state, this.#submit, input);
  }

  recallMessage(messageId: string): void {
    actions.recallMessage(this.#state, this.#submit, messageId);
  }

  readMessages(messageIds: string[], person: PersonRef): void {
    actions.readMessages(this.#state, this.#submit, messageIds, person);
  }

  enterChat(appId: string, person: PersonRef): { eventId: string } {
    return { eventId: actions.enterChat(this.#state, this.#submit, appId, person) };
  }

  chooseMenu(appId: string, person: PersonRef, eventKey: string): { eventId: string } {
    return { eventId: actions.chooseMenu(this.#state, this.#submit, appId, person, eventKey) };
  }

  addBot(chatId: string, appId: string, by: PersonRef): void {
    actions.addBot(this.#state, this.#submit, chatId, appId, by);
  }

  removeBot(chatId: string, appId: string, by: PersonRef): void {
    actions.removeBot(this.#state, this.#submit, chatId, appId, by);
  }

  pressCard(click: actions.CardClick): Promise<actions.CardClickResult> {
    return actions.pressCard(this.#state, (appId, event) => this.#delivery.call(appId, event), click);
  }

  // --- events ---

  /** Any event; `header` overrides what the cloud would put there. */
  pushEvent(appId: string, eventType: string, event: object, header?: Partial<EventHeader>): { eventId: string } {
    return { eventId: this.#submit(appId, eventType, event, header) };
  }

  /** Pushes an event again at once, under the same event id. */
  repush(appId: string, eventId: string): void {
    this.#delivery.repush(appId, eventId);
  }

  deliveries(appId: string): Delivery[] {
    return this.#delivery.list(appId);
  }

  /** Asks the app's request address to prove itself, as saving it in the developer console does. */
  async sendChallenge(appId: string): Promise<{ ok: boolean; status: number; ms: number; body: unknown }> {
    const app = this.#state.apps.require(appId);
    if (app.webhookUrl === null) throw new Error(`App ${appId} has no request address.`);
    const challenge = randomId();
    const payload = JSON.stringify({ challenge, token: app.verificationToken, type: "url_verification" });
    const target = { url: app.webhookUrl, encryptKey: app.encryptKey };
    const signal = this.#stopping.signal;
    try {
      const answer = await pushToWebhook(target, payload, { timeoutMs: CHALLENGE_MS, isSigned: false, signal });
      const given = (answer.body as { challenge?: unknown } | undefined)?.challenge;
      return { ok: answer.status === 200 && given === challenge, ...answer };
    } catch {
      return { ok: false, status: 0, ms: CHALLENGE_MS, body: undefined };
    }
  }

  // --- connections ---

  connections(appId: string): ConnectionView[] {
    return this.#gateway.list(appId);
  }

  /** Ends the app's connections, or one of them. */
  cut(appId: string, how: Cut = "close", connectionId?: string): void {
    for (const connection of this.#chosen(appId, connectionId)) connection.cut(how);
  }

  /** Silences the app's connections, or one of them; nothing as `silence` lets them speak again. */
  silence(appId: string, silence: Silence | undefined, connectionId?: string): void {
    for (const connection of this.#chosen(appId, connectionId)) connection.silenceNow(silence);
  }

  /** Sends a frame that no client should choke on. */
  sendOddFrame(appId: string, what: OddFrame, connectionId?: string): void {
    for (const connection of this.#chosen(appId, connectionId)) connection.sendOdd(what);
  }

  #chosen(appId: string, connectionId: string | undefined) {
    return this.#gateway.online(appId).filter(({ id }) => connectionId === undefined || id === connectionId);
  }

  // --- what happened ---

  /** The newest API and discovery calls, oldest first. */
  get calls(): readonly RecordedCall[] {
    return this.#calls.entries;
  }

  /** Returns the function that ends the subscription. */
  on<Name extends keyof SandboxSignals>(name: Name, listener: (value: SandboxSignals[Name]) => void): () => void {
    return this.#state.signals.on(name, listener);
  }

  /** Closes everything; no timer and no socket is left. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    this.#stopping.abort();
    this.faults.clear();
    this.#delivery.stop();
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    await this.#gateway.stop();
    this.#server.closeAllConnections();
    await closed;
    this.#state.signals.clear();
  }

  readonly #submit: actions.Submit = (appId, eventType, event, header) => {
    const app = this.#state.apps.require(appId);
    const filled = envelope(app, eventType, event, header);
    const isSubscribed = app.subscribedEvents === null || app.subscribedEvents.includes(eventType);
    if (app.published && isSubscribed) this.#delivery.submit(appId, filled);
    return filled.header.event_id;
  };

  #carry(appId: string, push: Push): { connectionId: string } | { webhook: string } | undefined {
    const app = this.#state.apps.get(appId);
    if (!app?.webhookUrl) return this.#gateway.push(appId, push);
    const target = { url: app.webhookUrl, encryptKey: app.encryptKey };
    const options = { timeoutMs: this.settings.ackTimeoutMs, isSigned: true, signal: this.#stopping.signal };
    pushToWebhook(target, push.payload, options)
      .then(({ status, body }) => this.#delivery.acknowledge(push.frameId, { code: status, data: body }))
      .catch(() => undefined); // no answer: the ledger's own timer sees to it
    return { webhook: app.webhookUrl };
  }
}

function createState(origin: string, options: SandboxOptions, stopping: AbortSignal): SandboxState {
  const settings = { ...defaultSettings(options.timeScale ?? 1), ...options.settings };
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const log = options.log ?? (() => undefined);
  return {
    origin,
    settings,
    limits,
    log,
    stopping,
    apps: new AppRegistry(),
    people: new People(limits.people),
    chats: new Chats(limits),
    cards: new Cards(settings, limits),
    cardTokens: new CardTokens(),
    resources: new Resources(limits.resourceBytes),
    faults: new Faults(),
    rates: new RateLimits(),
    uuids: new SentUuids(),
    signals: new Signals<SandboxSignals>((error) => log("A listener of the sandbox failed", { reason: String(error) })),
  };
}
