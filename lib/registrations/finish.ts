// What becomes of a scanned QR code: a bot that is connected at once, or a bot whose app may do more.
import { eq } from "drizzle-orm";
import { createBot, updateBot } from "@/lib/bots/changes";
import { openBotSecret } from "@/lib/bots/credentials";
import { originOf } from "@/lib/bots/domains";
import { getBotRow, getBotRowByAppId } from "@/lib/bots/queries";
import type { Bus } from "@/lib/db/bus";
import type { Database } from "@/lib/db/client";
import type { RegistrationRow } from "@/lib/db/registration-table";
import { users } from "@/lib/db/schema";
import { AppError } from "@/lib/errors";
import type { FeishuApis } from "@/lib/feishu/api";
import { readAppName } from "@/lib/feishu/app-name";
import type { Logger } from "@/lib/logger";
import type { Platform } from "@/lib/platform";
import { settle } from "@/lib/registrations/store";
import type { Sealer } from "@/lib/sealing";
import type { Viewer } from "@/lib/viewer";

export type Finisher = {
  db: Database;
  bus: Bus;
  sealer: Sealer;
  platform: Platform;
  apis: FeishuApis;
  logger: Logger;
  sandboxOrigin(): Promise<string>;
};

export type Scanned = { appId: string; appSecret: string; brand: "feishu" | "lark" };

/** Safe to run again should the process have died on the way. */
export async function finish(context: Finisher, row: RegistrationRow, scanned: Scanned): Promise<void> {
  const viewer = await viewerOf(context.db, row.ownerId);
  // Cancelled or renewed meanwhile: nobody waits for it any more.
  if (!viewer || !(await settle(context.db, row, {}, 20))) return;
  const botId =
    row.kind === "repair" ? await mend(context, viewer, row, scanned) : await add(context, viewer, row, scanned);
  if (!botId) return void (await settle(context.db, row, { state: "failed", error: mismatch(row, scanned) }));
  context.bus.publish({ topic: "bot", botId });
  await settle(context.db, row, { state: "done", botId });
  context.logger.info({ botId, registrationId: row.id }, "app was set up by QR code");
}

const mismatch = ({ kind }: RegistrationRow, { appId }: Scanned) => ({
  code: kind === "repair" ? "registration.otherApp" : "registration.taken",
  params: { appId },
});

async function viewerOf(db: Database, userId: string): Promise<Viewer | undefined> {
  const [user] = await db.select({ name: users.name, role: users.role }).from(users).where(eq(users.id, userId));
  return user && { userId, name: user.name, isAdmin: user.role === "admin" };
}

/** Undefined when the app is another one's. */
async function add(context: Finisher, viewer: Viewer, row: RegistrationRow, scanned: Scanned) {
  const { appId, appSecret, brand } = scanned;
  const domain = row.domain === "feishu" || row.domain === "lark" ? brand : row.domain;
  const origin = originOf(domain, domain === "sandbox" ? await context.sandboxOrigin() : undefined);
  const proxy = domain === "sandbox" ? { proxy: null } : {};
  const name = row.name ?? (await readAppName({ appId, appSecret, origin, ...proxy }, context.logger));
  const useWebSocket = context.platform.holdsConnections;
  try {
    return await createBot(context, viewer, { name: name ?? row.domain, appId, appSecret, domain, useWebSocket });
  } catch (error) {
    if (!(error instanceof AppError && error.code === "conflict")) throw error;
    const known = await getBotRowByAppId(context.db, appId);
    return known?.ownerId === viewer.userId ? known.id : undefined;
  }
}

/** The secret comes with the answer: one that was wrong or has been changed is right from then on. */
async function mend(context: Finisher, viewer: Viewer, row: RegistrationRow, { appId, appSecret }: Scanned) {
  const bot = row.botId ? await getBotRow(context.db, row.botId) : null;
  if (!bot || bot.appId.toLowerCase() !== appId.toLowerCase()) return undefined;
  if (openBotSecret(context.sealer, bot, "app-secret") !== appSecret) {
    await updateBot(context, viewer, bot.id, { appSecret });
  }
  return bot.id;
}
