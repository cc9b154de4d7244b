// The simulated cloud as part of the product: started when the first sandbox bot needs it.
import { eq } from "drizzle-orm";
import type { Bus } from "@/lib/db/bus";
import type { Database } from "@/lib/db/client";
import { bots } from "@/lib/db/schema";
import type { Logger } from "@/lib/logger";
import { type SandboxCloud, startSandboxCloud } from "@/lib/sandbox/cloud";

type HostContext = { db: Database; bus: Bus; logger: Logger };
type SandboxBot = { id: string; appId: string; appSecret: string; name: string };

export class SandboxHost {
  readonly #context: HostContext;
  readonly #admitted = new Map<string, string>();
  #cloud: Promise<SandboxCloud> | undefined;

  constructor(context: HostContext) {
    this.#context = context;
    context.bus.subscribe("bot", ({ botId }) => {
      this.#forget(botId).catch((err: unknown) => context.logger.warn({ err, botId }, "the sandbox kept a bot"));
    });
  }

  /** Makes the bot's app known to the cloud and returns the cloud's origin. */
  async admit(bot: SandboxBot): Promise<string> {
    const cloud = await this.cloud();
    cloud.registerApp({ appId: bot.appId, appSecret: bot.appSecret, name: bot.name });
    this.#admitted.set(bot.id, bot.appId);
    return cloud.origin;
  }

  has(botId: string): boolean {
    return this.#admitted.has(botId);
  }

  cloud(): Promise<SandboxCloud> {
    const cloud = this.#cloud ?? startDirectCloud();
    this.#cloud = cloud;
    // A failed start is not kept: the next bot tries again.
    cloud.catch(() => {
      this.#cloud = undefined;
    });
    return cloud;
  }

  async stop(): Promise<void> {
    await (await this.#cloud)?.stop();
  }

  async #forget(botId: string): Promise<void> {
    const appId = this.#admitted.get(botId);
    if (!appId) return;
    const [row] = await this.#context.db.select({ domain: bots.domain }).from(bots).where(eq(bots.id, botId));
    if (row?.domain === "sandbox") return;
    this.#admitted.delete(botId);
    (await this.#cloud)?.removeApp(appId);
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
