// A simulated Feishu cloud on loopback, which the unmodified SDK connects to: puts the parts together and is their face.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { AppRegistration, SandboxApp } from "@/lib/sandbox/apps";
import type { Cut, OddFrame, Silence } from "@/lib/sandbox/connection";
import { type Delivery, DeliveryLedger, type Push } from "@/lib/sandbox/delivery";
import { type EventHeader, envelope } from "@/lib/sandbox/events";
import type { Faults } from "@/lib/sandbox/faults";
import { Front } from "@/lib/sandbox/front";
import { type ConnectionView, Gateway } from "@/lib/sandbox/gateway";
import { createOpenApi } from "@/lib/sandbox/openapi/server";
import type { PersonRef, SandboxPerson } from "@/lib/sandbox/people";
import * as actions from "@/lib/sandbox/person-actions";
import * as sending from "@/lib/sandbox/person-sending";
import { Registrations } from "@/lib/sandbox/registration";
import type { KeptResource, Resource } from "@/lib/sandbox/resources";
import { Ring } from "@/lib/sandbox/ring";
import { Room } from "@/lib/sandbox/room";
import { type KeptRoom, putRoom, takeFiles, takeRoom } from "@/lib/sandbox/room-keeping";
import type { SandboxSettings } from "@/lib/sandbox/settings";
import {
  createState,
  type RecordedCall,
  type SandboxSignals,
  type SandboxState,
  type StateOptions,
} from "@/lib/sandbox/state";
import { type SandboxMessage, viewMessage } from "@/lib/sandbox/views";
import { type ChallengeResult, challengeWebhook, pushToWebhook } from "@/lib/sandbox/webhook-push";

export interface SandboxOptions extends StateOptions {
  host?: string;
  port?: number;
}

// A client without keep-alive opens a connection a call: a burst of them must not be reset.
const BACKLOG = 4_096;

export async function startSandboxCloud(options: SandboxOptions = {}): Promise<SandboxCloud> {
  const host = options.host ?? "127.0.0.1";
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port: options.port ?? 0, host, backlog: BACKLOG }, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return new SandboxCloud(server, `http://${host.includes(":") ? `[${host}]` : host}:${port}`, options);
}

export class SandboxCloud {
  readonly origin: string;
  readonly faults: Faults;
  readonly settings: SandboxSettings;
  /** Apps that are being made by scanning a QR code. */
  readonly registrations: Registrations;
  readonly #state: SandboxState;
  readonly #server: Server;
  readonly #gateway: Gateway;
  readonly #delivery: DeliveryLedger;
  readonly #calls: Ring<RecordedCall>;
  readonly #rooms = new Map<string, Room>();
  readonly #stopping = new AbortController();
  #stopped: Promise<void> | undefined;

  constructor(server: Server, origin: string, options: SandboxOptions) {
    const state = createState(origin, options, this.#stopping.signal);
    this.origin = origin;
    this.faults = state.faults;
    this.settings = state.settings;
    this.registrations = new Registrations(state);
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
    const front = new Front(state, {
      gateway: this.#gateway,
      api,
      registrations: this.registrations,
      calls: this.#calls,
    });
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
    this.#rooms.delete(appId);
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
  group(name: string, members: { apps?: string[]; people?: PersonRef[]; isTopic?: boolean } = {}): { chatId: string } {
    const chat = this.#state.chats.group(name);
    if (members.isTopic !== undefined) chat.isTopic = members.isTopic;
    for (const appId of members.apps ?? []) chat.appIds.add(this.#state.apps.require(appId).appId);
    for (const person of members.people ?? []) chat.people.add(this.#state.people.person(person).openId);
    return { chatId: chat.chatId };
  }

  chat(chatId: string): { name: string; appIds: string[]; people: SandboxPerson[]; isTopic: boolean } | undefined {
    const chat = this.#state.chats.get(chatId);
    if (!chat) return undefined;
    const people = [...chat.people].flatMap((openId) => this.#state.people.get(openId) ?? []);
    return { name: chat.name, appIds: [...chat.appIds], people, isTopic: chat.isTopic === true };
  }

  /** The app's chats and people as its screen shows them. */
  room(appId: string): Room {
    this.#state.apps.require(appId);
    const room = this.#rooms.get(appId) ?? new Room(this, appId, () => this.#state.signals.emit("room", { appId }));
    this.#rooms.set(appId, room);
    return room;
  }

  /** What of the app's room is to outlive this cloud. */
  keepRoom(appId: string): KeptRoom {
    const room = this.room(appId);
    return takeRoom(this.#state, { appId, chatIds: room.chatIds }, room.notes());
  }

  filesOf(kept: KeptRoom): Resource[] {
    return takeFiles(this.#state, kept);
  }

  /** The apps in whose rooms the chat stands. */
  appsShowing(chatId: string): string[] {
    const homes = [...this.#rooms].flatMap(([appId, room]) => (room.hasGroup(chatId) ? appId : []));
    return [...(this.#state.chats.get(chatId)?.appIds ?? []), ...homes];
  }

  /** Begins the app's room anew, with what was kept of it. */
  resumeRoom(appId: string, kept?: KeptRoom, files: readonly KeptResource[] = []): void {
    for (const chatId of this.#rooms.get(appId)?.chatIds ?? []) this.#state.chats.remove(chatId);
    this.#state.chats.forgetApp(appId);
    this.#delivery.forgetApp(appId);
    this.faults.clear(appId);
    this.#rooms.delete(appId);
    const room = this.room(appId);
    if (!kept) return;
    putRoom(this.#state, kept, files);
    room.resume(kept.notes);
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
  attach(input: { kind: "image" | "file"; bytes: Buffer; fileName: string; room?: string }): Resource {
    return this.#state.resources.add({ room: undefined, ...input, appId: undefined });
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

  sendImage(input: sending.Sending & { bytes: Buffer }): sending.Said {
    return sending.sendImage(this.#state, this.#submit, input);
  }

  sendFile(input: sending.Sending & sending.SentFile): sending.Said {
    return sending.sendFile(this.#state, this.#submit, input);
  }

  sendVoice(input: sending.Sending & { bytes: Buffer; ms: number }): sending.Said {
    return sending.sendVoice(this.#state, this.#submit, input);
  }

  /** Rich text, with images and mentions between the words. */
  sendPost(input: Parameters<typeof sending.sendPost>[2]): sending.Said {
    return sending.sendPost(this.#state, this.#submit, input);
  }

  /** Several messages as one, as a merged forward. */
  forward(input: sending.Sending & { messageIds: string[] }): sending.Said {
    return sending.forward(this.#state, this.#submit, input);
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
  sendChallenge(appId: string): Promise<ChallengeResult> {
    return challengeWebhook(this.#state.apps.require(appId), this.#stopping.signal);
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
