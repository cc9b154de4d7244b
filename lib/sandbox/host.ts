// The simulated cloud as part of the product: started when the first sandbox bot needs it.
import { eq } from "drizzle-orm";
import type { Bus } from "@/lib/db/bus";
import type { Database } from "@/lib/db/client";
import { bots } from "@/lib/db/schema";
import type { Logger } from "@/lib/logger";
import { type SandboxCloud, startSandboxCloud } from "@/lib/sandbox/cloud";
import { RoomKeeper } from "@/lib/sandbox/room-keeper";

type HostContext = {
  db: Database;
  bus: Bus;
  logger: Logger;
  /** No other process can use this database. */
  exclusive: boolean;
  /** Whether the bot's long connection is another process's: its room is there, then. */
  isElsewhere(botId: string): Promise<boolean>;
};
type Parts = { cloud: SandboxCloud; keeper: RoomKeeper };
type SandboxBot = { id: string; appId: string; appSecret: string; name: string; ownerId: string };

export class SandboxHost {
  readonly #context: HostContext;
  readonly #admitted = new Map<string, string>();
  #parts: Promise<Parts> | undefined;

  constructor(context: HostContext) {
    this.#context = context;
    context.bus.subscribe("bot", ({ botId }) => {
      this.#forget(botId).catch((err: unknown) =>
        context.logger.warn({ err, botId }, "sandbox still holds a deleted bot"),
      );
    });
  }

  /** Makes the bot's app known to the cloud, with its chats if they belong here, and returns the cloud's origin. */
  async admit(bot: SandboxBot): Promise<string> {
    const { cloud, keeper } = await this.#open();
    cloud.registerApp({ appId: bot.appId, appSecret: bot.appSecret, name: bot.name, owner: bot.ownerId });
    this.#admitted.set(bot.id, bot.appId);
    if (!keeper.has(bot.id, bot.appId)) await this.#settle(bot.id);
    return cloud.origin;
  }

  has(botId: string): boolean {
    return this.#admitted.has(botId);
  }

  /** Before the bot's connection or an answer needs its chats. Without them it goes on all the same. */
  async #settle(botId: string): Promise<void> {
    try {
      if (this.#context.exclusive || !(await this.#context.isElsewhere(botId))) await this.hold(botId);
    } catch (err) {
      this.#context.logger.warn({ err, botId }, "sandbox could not load a bot's chats");
    }
  }

  /** The bot's room is here from now on: its connection is this process's, or somebody looks at it here. */
  async hold(botId: string): Promise<void> {
    const appId = this.#admitted.get(botId);
    if (appId) await (await this.#open()).keeper.hold(botId, appId);
  }

  async cloud(): Promise<SandboxCloud> {
    return (await this.#open()).cloud;
  }

  #open(): Promise<Parts> {
    const parts = this.#parts ?? this.#start();
    this.#parts = parts;
    // A failed start is not kept: the next bot tries again.
    parts.catch(() => {
      this.#parts = undefined;
    });
    return parts;
  }

  async #start(): Promise<Parts> {
    const cloud = await startDirectCloud();
    return { cloud, keeper: new RoomKeeper({ ...this.#context, cloud }) };
  }

  async stop(): Promise<void> {
    const parts = await this.#parts;
    await parts?.keeper.stop();
    await parts?.cloud.stop();
  }

  async #forget(botId: string): Promise<void> {
    const appId = this.#admitted.get(botId);
    if (!appId) return;
    const [row] = await this.#context.db.select({ domain: bots.domain }).from(bots).where(eq(bots.id, botId));
    if (row?.domain === "sandbox") return;
    this.#admitted.delete(botId);
    const { cloud, keeper } = await this.#open();
    cloud.removeApp(appId);
    await keeper.forget(botId);
  }
}

async function startDirectCloud(): Promise<SandboxCloud> {
  // A person who tries it out looks at the screen meanwhile.
  const cloud = await startSandboxCloud({ settings: { registrationPollSeconds: 1 } });
  // It is in this very process: behind a company's proxy it would never be found. Whoever reads the variable looks at the
  // one in small letters first.
  const name = process.env.no_proxy ? "no_proxy" : "NO_PROXY";
  process.env[name] = [process.env[name], new URL(cloud.origin).host].filter(Boolean).join(",");
  return cloud;
}
