// Where a person's bots, models and alerts lead: what an heir takes over with them.
import { and, asc, eq, isNotNull } from "drizzle-orm";
import { z } from "zod";
import { openTarget, shownTarget } from "@/lib/alerts/target";
import { openBotSecret } from "@/lib/bots/credentials";
import { shownProxy } from "@/lib/bots/proxy";
import { serviceOf, servicesIn } from "@/lib/bots/reach";
import { isNamedDomain } from "@/lib/bots/schemas";
import { alertRules } from "@/lib/db/alert-tables";
import type { Database } from "@/lib/db/client";
import { type BotRow, bots, models, users } from "@/lib/db/schema";
import { notFound } from "@/lib/errors";
import type { Sealer } from "@/lib/sealing";

export const outwardSchema = z
  .object({
    kind: z.enum(["service", "cloud", "proxy", "model", "alert"]),
    name: z.string().meta({ description: "Of the bot, the model or the alert" }),
    address: z.string().meta({ description: "Its host, or the receivers of mail" }),
    mayReachInside: z.boolean().meta({ description: "An administrator entered it: it may stand inside the network" }),
  })
  .meta({ id: "OutwardAddress" });
export type OutwardAddress = z.infer<typeof outwardSchema>;

const hostOf = (address: string): string => (URL.canParse(address) ? new URL(address).host : address);

/** Feishu's and Lark's own clouds are left out, as are alerts that end with the person. */
export async function listOutward(
  { db, sealer }: { db: Database; sealer: Sealer },
  userId: string,
): Promise<OutwardAddress[]> {
  const [person] = await db.select({ role: users.role }).from(users).where(eq(users.id, userId));
  if (!person) throw notFound("user");
  const ownBots = await db.select().from(bots).where(eq(bots.ownerId, userId)).orderBy(asc(bots.createdAt));
  const ownModels = await db.select().from(models).where(eq(models.ownerId, userId)).orderBy(asc(models.createdAt));
  const staying = person.role === "admin" ? undefined : isNotNull(alertRules.botId);
  const rules = await db
    .select()
    .from(alertRules)
    .where(and(eq(alertRules.ownerId, userId), staying))
    .orderBy(asc(alertRules.createdAt));
  return [
    ...ownBots.flatMap((bot) => outwardOf(sealer, bot)),
    ...ownModels.map(({ name, baseUrl, mayReachInside }) => ({
      kind: "model" as const,
      name,
      address: hostOf(baseUrl),
      mayReachInside,
    })),
    ...rules.map((rule) => ({
      kind: "alert" as const,
      name: rule.name,
      address: opened(() => shownTarget(rule.channel, openTarget(sealer, rule))),
      mayReachInside: rule.mayReachInside,
    })),
  ];
}

function outwardOf(sealer: Sealer, bot: BotRow): OutwardAddress[] {
  const { name } = bot;
  const services = [...servicesIn(bot).values()].map((reply) => ({
    kind: "service" as const,
    name,
    address: hostOf(reply.url),
    mayReachInside: bot.insideServices.includes(serviceOf(reply)),
  }));
  // Only administrators enter these two.
  const entered = (kind: "cloud" | "proxy", address: string) => ({ kind, name, address, mayReachInside: true });
  const proxy = opened(() => shownProxy(openBotSecret(sealer, bot, "proxy")).proxy ?? "");
  return [
    ...services,
    ...(isNamedDomain(bot.domain) ? [] : [entered("cloud", hostOf(bot.domain))]),
    ...(proxy ? [entered("proxy", hostOf(proxy))] : []),
  ];
}

/** What was sealed with another key can still be handed over. */
function opened(open: () => string): string {
  try {
    return open();
  } catch {
    return "?";
  }
}
