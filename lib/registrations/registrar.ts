// Makes and changes apps by QR code: asks Feishu for the code and, in whichever process is free, whether it was scanned.
import { randomUUID } from "node:crypto";
import { eq, sql } from "drizzle-orm";
import { refuseForeignOrigin } from "@/lib/bots/changes";
import { requireBot } from "@/lib/bots/queries";
import type { Database } from "@/lib/db/client";
import { type RegistrationRow, registrations } from "@/lib/db/registration-table";
import { AppError, describeReason } from "@/lib/errors";
import { APP_SCOPES } from "@/lib/feishu/app-needs";
import { FeishuError } from "@/lib/feishu/errors";
import { type AccountsCloud, askProgress, type Begun, beginRegistration, codeUrl } from "@/lib/feishu/registration";
import { scopesToAdd } from "@/lib/feishu/scopes";
import { type Finisher, finish } from "@/lib/registrations/finish";
import type { Registration, StartRegistration } from "@/lib/registrations/schemas";
import { claimDue, makeRoom, nextDueInMs, requireRegistration, settle } from "@/lib/registrations/store";
import type { Locale } from "@/lib/text/translate";
import type { Viewer } from "@/lib/viewer";

const WAITING_PER_PERSON = 3;
const NET_MS = 30_000; // for those of a process that has died
const LEAST_PAUSE_MS = 200;

type RegistrarDeps = Finisher & {
  accounts: { feishu: string; lark: string };
  /** Where the simulated cloud answers. */
  sandboxOrigin(): Promise<string>;
};

export class Registrar {
  readonly #deps: RegistrarDeps;
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<void> | undefined;
  #isStopped = true;

  constructor(deps: RegistrarDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#isStopped = false;
    this.#sleep(0);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#round;
  }

  /** Throws `unavailable` with the reason when Feishu gives no code. */
  async begin(viewer: Viewer, input: StartRegistration, locale: Locale): Promise<RegistrationRow> {
    const wish = await this.#wishOf(viewer, input);
    refuseForeignOrigin(viewer, wish.domain);
    await makeRoom(this.#deps.db, viewer.userId, WAITING_PER_PERSON);
    const id = randomUUID();
    const code = await this.#code(id, wish, locale);
    const { appId: _, ...kept } = wish;
    const [row] = await this.#deps.db
      .insert(registrations)
      .values({ id, ownerId: viewer.userId, state: "waiting", ...kept, ...code })
      .returning();
    this.#wake();
    return row as RegistrationRow;
  }

  /** A fresh code for the same wish, whatever became of the last one; not for one that is done. */
  async renew(viewer: Viewer, id: string, locale: Locale): Promise<RegistrationRow> {
    const before = await requireRegistration(this.#deps.db, viewer, id);
    if (before.state === "done") throw new AppError("conflict", "registration.done");
    const { kind, name, scopes, botId } = before;
    const bot = botId ? await requireBot(this.#deps.db, viewer, botId) : undefined;
    // A Lark person's second code is Lark's own.
    const wish = { kind, name, scopes, domain: before.domain, botId, appId: bot?.appId };
    const code = await this.#code(id, wish, locale);
    const [row] = await this.#deps.db
      .update(registrations)
      .set({ ...code, state: "waiting", error: null })
      .where(eq(registrations.id, id))
      .returning();
    this.#wake();
    return row as RegistrationRow;
  }

  async cancel(viewer: Viewer, id: string): Promise<void> {
    const row = await requireRegistration(this.#deps.db, viewer, id);
    await settle(this.#deps.db, row, { state: "cancelled" });
  }

  /** Asks about all that are due. For platforms where no timer lives, too: whoever looks sets it off. */
  async pollDue(): Promise<void> {
    const due = await claimDue(this.#deps.db);
    await Promise.all(
      due.map((row) =>
        this.#poll(row).catch((err: unknown) => {
          this.#deps.logger.error({ err, registrationId: row.id }, "QR code registration could not be polled");
        }),
      ),
    );
  }

  async #poll(row: RegistrationRow): Promise<void> {
    const { db, sealer } = this.#deps;
    if (row.expiresAt <= new Date()) return void (await settle(db, row, { state: "expired" }));
    const again = (change: Parameters<typeof settle>[2], inSeconds = row.intervalSeconds) =>
      settle(db, row, change, inSeconds);
    try {
      const cloud = await this.#cloudOf(row.domain);
      const progress = await askProgress(cloud, sealer.unseal(row.sealedDeviceCode, place(row.id)));
      if (progress.state === "waiting") {
        const intervalSeconds = row.intervalSeconds + (progress.slowerBySeconds ?? 0);
        await again({ intervalSeconds }, intervalSeconds);
      } else if (progress.state === "elsewhere") {
        if (await again({ domain: "lark" }, 0)) this.#wake();
      } else if (progress.state === "done") {
        await finish(this.#deps, row, progress);
      } else {
        const error = "reason" in progress ? progress.reason : null;
        await settle(db, row, { state: progress.state, error });
      }
    } catch (error) {
      if (!(error instanceof FeishuError)) throw error;
      // A network that was lost for a moment must not cost the person their code.
      await again({ error: error.reason });
    }
  }

  async #wishOf(viewer: Viewer, { botId, name, domain = "feishu" }: StartRegistration): Promise<Wish> {
    const none = { kind: "create" as const, botId: null, name: name ?? null, domain, scopes: [...APP_SCOPES] };
    if (botId === undefined) return none;
    const bot = await requireBot(this.#deps.db, viewer, botId);
    const scopes = await scopesToAdd(this.#deps.apis, bot);
    return { kind: "repair", botId, name: null, domain: bot.domain, scopes, appId: bot.appId };
  }

  async #code(id: string, wish: Wish, locale: Locale) {
    let begun: Begun;
    try {
      begun = await beginRegistration(await this.#cloudOf(wish.domain));
    } catch (error) {
      if (!(error instanceof FeishuError)) throw error;
      const problem = describeReason(error.reason, locale);
      throw new AppError("unavailable", "registration.noCode", { params: { problem }, cause: error });
    }
    return {
      sealedDeviceCode: this.#deps.sealer.seal(begun.deviceCode, place(id)),
      url: codeUrl(begun.url, { name: wish.name ?? undefined, scopes: wish.scopes, appId: wish.appId }),
      intervalSeconds: begun.intervalSeconds,
      nextPollAt: sql`now() + make_interval(secs => ${begun.intervalSeconds})`,
      expiresAt: new Date(Date.now() + begun.expiresInSeconds * 1000),
    };
  }

  async #cloudOf(domain: string): Promise<AccountsCloud> {
    const { accounts, sandboxOrigin } = this.#deps;
    if (domain === "feishu") return { origin: accounts.feishu, sendsOn: true };
    if (domain === "lark") return { origin: accounts.lark };
    return domain === "sandbox" ? { origin: await sandboxOrigin(), proxy: null } : { origin: domain };
  }

  #wake(): void {
    if (!this.#isStopped) this.#sleep(LEAST_PAUSE_MS);
  }

  #sleep(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#round = this.#goOn();
    }, ms);
    this.#timer.unref();
  }

  async #goOn(): Promise<void> {
    let pause = NET_MS;
    try {
      await this.pollDue();
      pause = Math.min(NET_MS, (await nextDueInMs(this.#deps.db)) ?? NET_MS);
    } catch (err) {
      this.#deps.logger.warn({ err }, "QR code registrations could not be read");
    }
    if (!this.#isStopped) this.#sleep(Math.max(pause, LEAST_PAUSE_MS));
  }
}

type Wish = Pick<RegistrationRow, "kind" | "botId" | "name" | "domain" | "scopes"> & { appId?: string | undefined };

const place = (id: string) => `registrations/${id}/device-code`;

export async function getRegistration(db: Database, viewer: Viewer, id: string, locale: Locale): Promise<Registration> {
  return showRegistration(await requireRegistration(db, viewer, id), locale);
}

export function showRegistration(row: RegistrationRow, locale: Locale): Registration {
  const { id, kind, domain, url, scopes, botId, error } = row;
  const isLate = row.state === "waiting" && row.expiresAt <= new Date();
  return {
    id,
    kind,
    domain,
    url,
    scopes,
    botId,
    state: isLate ? "expired" : row.state,
    expiresAt: row.expiresAt.toISOString(),
    detail: error && describeReason(error, locale),
  };
}
