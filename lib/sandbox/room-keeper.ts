// Keeps what the sandbox's rooms show beyond the life of the process: reads it when one is opened, writes it soon after a change.
import { randomUUID } from "node:crypto";
import type { Database } from "@/lib/db/client";
import type { Logger } from "@/lib/logger";
import type { SandboxCloud } from "@/lib/sandbox/cloud";
import type { KeptResource } from "@/lib/sandbox/resources";
import { claimRoom, forgetRoom, holderOf, readRoom, saveRoom, writeFiles } from "@/lib/sandbox/room-store";

type KeeperOptions = {
  db: Database;
  logger: Logger;
  cloud: SandboxCloud;
  /** No other process can use this database. */
  exclusive: boolean;
};

const SOON_MS = 100; // what belongs together comes within it: a message, its event, its acknowledgement
const GAP_MS = 1_000;
const GAP_PER_MS = 20; // a large room takes no more than a twentieth of the time
const RETRY_MS = 5_000;

type HeldRoom = {
  botId: string;
  appId: string;
  isDirty: boolean;
  /** What is stored, so that only what is different is written. */
  state: string;
  fileKeys: string;
  nextAt: number;
  timer?: NodeJS.Timeout | undefined;
  saving?: Promise<void> | undefined;
};

export class RoomKeeper {
  readonly #options: KeeperOptions;
  /** Names this process alone. */
  readonly #holder = randomUUID();
  readonly #held = new Map<string, HeldRoom>();
  readonly #claims = new Map<string, Promise<void>>();
  readonly #unsubscribers: (() => void)[];
  #isStopped = false;

  constructor(options: KeeperOptions) {
    this.#options = options;
    const { cloud } = options;
    const onChat = ({ chatId }: { chatId: string }) => {
      const appIds = cloud.appsShowing(chatId);
      for (const room of this.#held.values()) if (appIds.includes(room.appId)) this.#noteChange(room);
    };
    const onApp = ({ appId }: { appId: string }) => {
      for (const room of this.#held.values()) if (room.appId === appId) this.#noteChange(room);
    };
    this.#unsubscribers = [
      cloud.on("message", onChat),
      cloud.on("change", onChat),
      cloud.on("room", onApp),
      cloud.on("ack", onApp),
    ];
  }

  has(botId: string, appId: string): boolean {
    return this.#held.get(botId)?.appId === appId;
  }

  /** The room is this process's from here on, as it was left wherever it was before. */
  async hold(botId: string, appId: string): Promise<void> {
    if (this.has(botId, appId) && (await this.#isStillHeld(botId))) return;
    const claim = this.#claims.get(botId) ?? this.#claim(botId, appId).finally(() => this.#claims.delete(botId));
    this.#claims.set(botId, claim);
    await claim;
  }

  async #isStillHeld(botId: string): Promise<boolean> {
    if (this.#options.exclusive) return true;
    const holder = await holderOf(this.#options.db, botId);
    return holder === undefined || holder === this.#holder;
  }

  async #claim(botId: string, appId: string): Promise<void> {
    const { db, cloud, logger } = this.#options;
    this.#drop(botId);
    const stored = await claimRoom(db, botId, this.#holder);
    const room: HeldRoom = { botId, appId, isDirty: false, state: "", fileKeys: "", nextAt: 0 };
    if (stored) {
      try {
        const { kept, files } = readRoom(stored);
        cloud.resumeRoom(appId, kept.appId === appId ? kept : undefined, files);
        Object.assign(room, { state: stored.state, fileKeys: keysOf(files) });
      } catch (err) {
        logger.warn({ err, botId }, "stored sandbox chats of a bot are unreadable: starting with empty chats");
        cloud.resumeRoom(appId);
      }
    }
    if (this.#isStopped || !cloud.app(appId)) return;
    this.#held.set(botId, room);
  }

  /** The bot has left the sandbox. */
  async forget(botId: string): Promise<void> {
    const saving = this.#drop(botId);
    await saving;
    await forgetRoom(this.#options.db, botId, this.#holder);
  }

  #drop(botId: string): Promise<void> | undefined {
    const room = this.#held.get(botId);
    clearTimeout(room?.timer);
    this.#held.delete(botId);
    return room?.saving;
  }

  /** Writes what is not written yet, and no more from then on. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const unsubscribe of this.#unsubscribers) unsubscribe();
    await Promise.all([...this.#held.values()].map((room) => this.#finish(room)));
    this.#held.clear();
  }

  async #finish(room: HeldRoom): Promise<void> {
    clearTimeout(room.timer);
    await room.saving;
    if (room.isDirty) await this.#save(room);
  }

  #noteChange(room: HeldRoom): void {
    room.isDirty = true;
    this.#schedule(room);
  }

  #schedule(room: HeldRoom): void {
    if (room.timer || room.saving || this.#isStopped) return;
    const waitMs = Math.max(SOON_MS, room.nextAt - performance.now());
    room.timer = setTimeout(() => {
      room.timer = undefined;
      void this.#save(room);
    }, waitMs);
  }

  #save(room: HeldRoom): Promise<void> {
    const beganAt = performance.now();
    const pause = (ms: number) => {
      room.nextAt = performance.now() + ms;
    };
    room.isDirty = false;
    room.saving = this.#write(room)
      .then(
        () => pause(Math.max(GAP_MS, (performance.now() - beganAt) * GAP_PER_MS)),
        (err: unknown) => {
          this.#options.logger.warn({ err, botId: room.botId }, "sandbox chats could not be stored");
          room.isDirty = true;
          pause(RETRY_MS);
        },
      )
      .finally(() => {
        room.saving = undefined;
        if (room.isDirty && this.#held.get(room.botId) === room) this.#schedule(room);
      });
    return room.saving;
  }

  async #write(room: HeldRoom): Promise<void> {
    const { db, cloud } = this.#options;
    if (!cloud.app(room.appId)) return;
    const kept = cloud.keepRoom(room.appId);
    const state = JSON.stringify(kept);
    if (state === room.state) return;
    const files = cloud.filesOf(kept);
    const fileKeys = keysOf(files);
    const changed = { state, files: fileKeys === room.fileKeys ? undefined : writeFiles(files) };
    if (await saveRoom(db, room.botId, this.#holder, changed)) Object.assign(room, { state, fileKeys });
    // Another process shows it by now: this one asks for it anew before it is shown here again.
    else if (this.#held.get(room.botId) === room) this.#drop(room.botId);
  }
}

// What is under a key never changes.
const keysOf = (files: readonly KeptResource[]): string => files.map(({ key }) => key).join();
