// Looks a bot over from all sides at once, and says what is missing with the cure.
import type { BotCredentials } from "@/lib/bots/schemas";
import { getConnectionStatus } from "@/lib/connections/status";
import type { BotRow } from "@/lib/db/schema";
import { checkAbility, checkConsole, checkScopes, checkSecret } from "@/lib/doctor/app";
import { checkClients, checkConnection, checkEvents, checkWebhook } from "@/lib/doctor/delivery";
import { checkClock, checkName, checkTls, checkWay } from "@/lib/doctor/network";
import { type Check, type CheckId, type DoctorContext, limited, type Patient, teller } from "@/lib/doctor/telling";
import { AppError } from "@/lib/errors";
import { probe } from "@/lib/feishu/reachability";
import type { Locale } from "@/lib/text/translate";

const LIMIT_MS = 10_000;
const PROBE_MARGIN_MS = 500; // so that its own words come before those of the limit

type Reader = { locale: Locale; timeZone: string };

/** `limitMs` is how long the slowest check may take; one that hangs says so, and the others stand. */
export async function checkBot(
  context: DoctorContext,
  bot: BotRow,
  { locale, timeZone }: Reader,
  limitMs = LIMIT_MS,
): Promise<{ ok: boolean; checks: Check[] }> {
  const [status, credentials] = await Promise.all([
    getConnectionStatus(context.db, bot.id, locale),
    openable(context, bot.id),
  ]);
  const tell = teller(bot, locale);
  const patient: Patient = { bot, status, credentials, context, locale, timeZone, tell, limitMs };
  const reaching = credentials
    ? probe(credentials.origin, credentials.proxy, limitMs - PROBE_MARGIN_MS)
    : Promise.resolve(null);
  const examinations: Record<CheckId, Promise<Check>> = {
    credentials: checkSecret(patient),
    bot: checkAbility(patient),
    scopes: checkScopes(patient),
    connection: checkConnection(patient),
    clients: checkClients(patient),
    events: checkEvents(patient),
    console: checkConsole(patient),
    webhook: checkWebhook(patient),
    dns: checkName(patient),
    tls: checkTls(patient, reaching),
    proxy: checkWay(patient, reaching),
    clock: checkClock(patient, reaching),
  };
  const checks = await Promise.all(
    Object.entries(examinations).map(([id, check]) => limited(patient, id as CheckId, check)),
  );
  return { ok: checks.every((check) => check.status !== "fail"), checks };
}

/** Null as well when the stored secrets were sealed with another key. */
async function openable(context: DoctorContext, botId: string): Promise<BotCredentials | null> {
  try {
    return await context.loadCredentials(botId);
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
}
