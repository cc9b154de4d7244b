// Creates, changes and deletes bots; each change leaves its audit row in the same transaction.
import { randomBytes, randomUUID } from "node:crypto";
import { eq, sql } from "drizzle-orm";
import { troubleOfUrl } from "@/lib/address-trouble";
import { changedBehavior } from "@/lib/bots/behavior";
import { type BotSecret, openBotSecret, sealBotSecret } from "@/lib/bots/credentials";
import { enteredProxy } from "@/lib/bots/proxy";
import { requireBot } from "@/lib/bots/queries";
import { reachAfter } from "@/lib/bots/reach";
import { DEFAULT_REPLY } from "@/lib/bots/reply";
import { changedReply, requireModels, requireRuleReplies } from "@/lib/bots/reply-changes";
import { requirePatterns } from "@/lib/bots/rule-patterns";
import { type CreateBotInput, DEFAULT_POLICY, isNamedDomain, type UpdateBotInput } from "@/lib/bots/schemas";
import { changedFields, recordAudit } from "@/lib/db/audit";
import { type Database, type Transaction, uniqueViolation } from "@/lib/db/client";
import { type BotRow, bots } from "@/lib/db/schema";
import { AppError } from "@/lib/errors";
import type { Platform } from "@/lib/platform";
import type { Sealer } from "@/lib/sealing";
import type { Viewer } from "@/lib/viewer";

export type BotsContext = { db: Database; sealer: Sealer; platform: Platform };

/** Returns the new bot's id. Does not call Feishu. */
export async function createBot(context: BotsContext, viewer: Viewer, input: CreateBotInput): Promise<string> {
  const domain = input.domain ?? "feishu";
  refuseForeignOrigin(viewer, domain);
  if (input.proxy) refuseProxy(viewer, input.proxy);
  if (input.useWebSocket) requireConnections(context.platform);
  await requirePatterns(input.behavior?.rules ?? [], viewer.userId);
  const { secret: replySecret, ...reply } = { secret: undefined, ...(input.reply ?? DEFAULT_REPLY) };
  const id = randomUUID();
  const seal = (secret: BotSecret, plain: string | null | undefined) =>
    plain ? sealBotSecret(context.sealer, id, secret, plain) : null;
  const row = {
    id,
    ownerId: viewer.userId,
    name: input.name,
    appId: input.appId ?? `cli_${randomBytes(8).toString("hex")}`,
    domain,
    sealedAppSecret: sealBotSecret(context.sealer, id, "app-secret", input.appSecret ?? newSecret()),
    sealedVerificationToken: seal("verification-token", input.verificationToken),
    sealedEncryptKey: seal("encrypt-key", input.encryptKey),
    sealedProxy: seal("proxy", enteredProxy(input.proxy ?? null, undefined)),
    enabled: input.enabled ?? true,
    useWebSocket: input.useWebSocket ?? false,
    sealedReplySecret: seal("reply-secret", replySecret),
    reply,
    policy: { ...DEFAULT_POLICY, ...input.policy },
    behavior: changedBehavior({}, input.behavior ?? {}),
  };
  const insideServices = reachAfter(viewer, undefined, row);
  await writing(row.appId, () =>
    context.db.transaction(async (tx) => {
      await requireModels(tx, viewer, row.reply);
      await requireRuleReplies(tx, viewer, row.behavior.rules);
      await tx.insert(bots).values({ ...row, insideServices });
      await recordAudit(tx, viewer, {
        action: "bot.created",
        target: { id, name: row.name },
        detail: { appId: row.appId, domain },
      });
    }),
  );
  return id;
}

/** What is left out keeps its value. New credentials count `credentialsVersion` up, which rebuilds the connection. */
export async function updateBot(
  context: BotsContext,
  viewer: Viewer,
  botId: string,
  input: UpdateBotInput,
): Promise<void> {
  if (input.useWebSocket) requireConnections(context.platform);
  if (input.behavior?.rules) await requirePatterns(input.behavior.rules, viewer.userId);
  await writing(input.appId ?? "", () =>
    context.db.transaction(async (tx) => {
      const before = await lockBot(tx, viewer, botId);
      if (input.domain !== undefined && input.domain !== before.domain) refuseForeignOrigin(viewer, input.domain);
      const change = changeOf(context.sealer, before, input);
      if (change.sealedProxy !== undefined) refuseProxy(viewer, input.proxy);
      if (change.reply) {
        await requireModels(tx, viewer, change.reply, before.reply);
      }
      if (input.behavior?.rules) {
        await requireRuleReplies(tx, viewer, input.behavior.rules, before.behavior.rules);
      }
      if (change.reply ?? change.behavior) change.insideServices = reachAfter(viewer, before, { ...before, ...change });
      await tx
        .update(bots)
        .set({ ...change, updatedAt: sql`now()` })
        .where(eq(bots.id, botId));
      const fields = namesOfChanged(input, change, before);
      if (fields.length === 0) return;
      const target = { id: botId, name: input.name ?? before.name };
      await recordAudit(tx, viewer, { action: "bot.updated", target, detail: { fields } });
    }),
  );
}

/** What is kept encrypted is not compared: to enter it anew is a change. */
function namesOfChanged(input: UpdateBotInput, change: Partial<BotRow>, before: BotRow): string[] {
  const plain = changedFields(input, change, before);
  return change.sealedReplySecret === undefined || plain.includes("reply") ? plain : [...plain, "reply"];
}

/** Everything that belongs to the bot goes with it, its events included. */
export async function deleteBot(context: BotsContext, viewer: Viewer, botId: string): Promise<void> {
  await context.db.transaction(async (tx) => {
    const bot = await lockBot(tx, viewer, botId);
    await tx.delete(bots).where(eq(bots.id, botId));
    await recordAudit(tx, viewer, { action: "bot.deleted", target: { id: botId, name: bot.name } });
  });
}

/** Sets the wish for a long connection. Refuses it for a disabled bot and where no connection can live. */
export async function wishConnection(
  context: BotsContext,
  viewer: Viewer,
  botId: string,
  wished: boolean,
): Promise<void> {
  await context.db.transaction(async (tx) => {
    const bot = await lockBot(tx, viewer, botId);
    if (wished) {
      requireConnections(context.platform);
      if (!bot.enabled) throw new AppError("conflict", "bot.disabled");
    }
    if (bot.useWebSocket === wished) return;
    await tx.update(bots).set({ useWebSocket: wished, updatedAt: sql`now()` }).where(eq(bots.id, botId));
    await recordAudit(tx, viewer, {
      action: wished ? "bot.connected" : "bot.disconnected",
      target: { id: botId, name: bot.name },
    });
  });
}

function requireConnections(platform: Platform): void {
  if (!platform.holdsConnections) {
    throw new AppError("conflict", "bot.noConnectionsHere", { params: { platform: platform.name ?? "" } });
  }
}

const newSecret = () => randomBytes(16).toString("hex");

/** Throws `forbidden` for a cloud that only administrators may name, `invalid_input` for an address that is never called. */
export function refuseForeignOrigin(viewer: Viewer, domain: string): void {
  if (isNamedDomain(domain)) return;
  if (!viewer.isAdmin) throw new AppError("forbidden", "bot.originForAdmins");
  refuseNever("domain", domain);
}

// The server would connect to any address inside its network that somebody names.
function refuseProxy(viewer: Viewer, proxy: string | null | undefined): void {
  if (!viewer.isAdmin) throw new AppError("forbidden", "bot.proxyForAdmins");
  if (proxy) refuseNever("proxy", proxy);
}

function refuseNever(path: "domain" | "proxy", address: string): void {
  if (!URL.canParse(address) || troubleOfUrl(new URL(address)) !== "never") return;
  const fields = [{ path, message: "fields.addressNever" }];
  throw new AppError("invalid_input", "bot.serviceNever", { params: { host: new URL(address).host }, fields });
}

async function lockBot(tx: Transaction, viewer: Viewer, botId: string): Promise<BotRow> {
  const bot = await requireBot(tx, viewer, botId);
  const [row] = await tx.select().from(bots).where(eq(bots.id, bot.id)).for("update");
  return row ?? bot;
}

function changeOf(sealer: Sealer, before: BotRow, input: UpdateBotInput): Partial<BotRow> {
  const change: Partial<BotRow> = {};
  for (const key of ["name", "appId", "domain", "enabled", "useWebSocket"] as const) {
    if (input[key] !== undefined) Object.assign(change, { [key]: input[key] });
  }
  if (input.reply) change.reply = changedReply(before.reply, input.reply);
  if (input.policy) change.policy = { ...before.policy, ...input.policy };
  if (input.behavior) change.behavior = changedBehavior(before.behavior, input.behavior);
  if (input.appSecret) change.sealedAppSecret = sealBotSecret(sealer, before.id, "app-secret", input.appSecret);
  const resealed = (secret: BotSecret, plain: string | null) =>
    plain ? sealBotSecret(sealer, before.id, secret, plain) : null;
  if (input.verificationToken !== undefined) {
    change.sealedVerificationToken = resealed("verification-token", input.verificationToken);
  }
  if (input.encryptKey !== undefined) change.sealedEncryptKey = resealed("encrypt-key", input.encryptKey);
  if (input.reply?.secret !== undefined) change.sealedReplySecret = resealed("reply-secret", input.reply.secret);
  const proxy = changedProxy(sealer, before, input.proxy);
  if (proxy !== undefined) change.sealedProxy = resealed("proxy", proxy);
  const isAnotherApp = changesCredentials(before, input);
  if (isAnotherApp) change.openId = null;
  if (isAnotherApp || proxy !== undefined) change.credentialsVersion = before.credentialsVersion + 1;
  return change;
}

/** Undefined when it stays as it is; null when it is taken away. */
function changedProxy(sealer: Sealer, before: BotRow, entered: string | null | undefined): string | null | undefined {
  if (entered === undefined) return undefined;
  const stored = openBotSecret(sealer, before, "proxy");
  const next = enteredProxy(entered, stored);
  return next === stored ? undefined : (next ?? null);
}

// The same secret entered again rebuilds the connection too: "retried at any change".
function changesCredentials(before: BotRow, input: UpdateBotInput): boolean {
  return (
    input.appSecret !== undefined ||
    (input.appId !== undefined && input.appId !== before.appId) ||
    (input.domain !== undefined && input.domain !== before.domain)
  );
}

async function writing(appId: string, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (uniqueViolation(error) === "bots_app_id") {
      throw new AppError("conflict", "bot.appIdTaken", { params: { appId }, cause: error });
    }
    throw error;
  }
}
