// How events come in: the long connection, who else is connected, what has arrived, the webhook.
import { and, eq, sql } from "drizzle-orm";
import { recordOnlineCount } from "@/lib/connections/online-count";
import type { Database } from "@/lib/db/client";
import { connections } from "@/lib/db/schema";
import { ask, dateOf } from "@/lib/doctor/app";
import type { Check, Patient } from "@/lib/doctor/telling";
import { latestEventAt } from "@/lib/events/queries";

export async function checkConnection({ bot, status, context, tell }: Patient): Promise<Check> {
  if (!context.platform.holdsConnections) {
    return tell("connection", "skip", "serverless", { params: { platform: context.platform.name ?? "" } });
  }
  if (!bot.enabled) return tell("connection", "warn", "disabled", { fix: true });
  if (!bot.useWebSocket) return tell("connection", "skip", "off");
  if (status.state === "connected") return tell("connection", "pass", "up");
  if (status.errorCode === "connection.wrongCloud") {
    return tell("connection", "fail", "wrongCloud", { fix: true, params: status.errorParams ?? {} });
  }
  const detail = status.error ? { detail: status.error } : {};
  return tell("connection", status.state === "error" ? "fail" : "warn", "down", { fix: true, ...detail });
}

type OnlineAnswer = { code?: number; data?: { online_instance_cnt?: number } };

// Several clients of one app split its events between them: Feishu gives each event to one at random.
export async function checkClients(patient: Patient): Promise<Check> {
  const { bot, context, tell } = patient;
  const before = await ownConnections(context.db, bot.id);
  const asked = await ask(patient, "clients", (api) =>
    api.call((client) => client.request<OnlineAnswer>({ method: "GET", url: "/open-apis/event/v1/connection" })),
  );
  if ("unasked" in asked) return asked.unasked;
  const online = "answer" in asked ? asked.answer.data?.online_instance_cnt : undefined;
  if (online === undefined || !Number.isInteger(online)) return tell("clients", "skip", "unknown");
  await recordOnlineCount(context.db, bot.id, online);
  const after = await ownConnections(context.db, bot.id);
  const others = Math.max(0, online - Math.max(before.most, after.most));
  const params = { online, others };
  if (others > 0 && (before.isYoung || after.isYoung)) {
    return tell("clients", "warn", "perhaps", { params, fix: true });
  }
  if (others > 0) return tell("clients", "warn", "others", { params, fix: true });
  const isHandover = before.most > 1 || after.most > 1;
  return tell("clients", "pass", isHandover && online > 1 ? "handover" : "alone", { params });
}

type Own = {
  /** All replicas together: two while the bot changes hands. */
  most: number;
  /** Feishu may still count one that was lost. */
  isYoung: boolean;
};

const SETTLED_AFTER = sql`interval '2 minutes'`;

async function ownConnections(db: Database, botId: string): Promise<Own> {
  const isHandover = sql`(${connections.offeredAt} is not null or coalesce(${connections.successorUntil} >= now(), false))`;
  const [row] = await db
    .select({
      most: sql<number>`case when ${connections.state} <> 'connected' then 0 when ${isHandover} then 2 else 1 end`,
      isYoung: sql<boolean>`coalesce(${connections.connectedAt} > now() - ${SETTLED_AFTER}, false)`,
    })
    .from(connections)
    .where(and(eq(connections.botId, botId), sql`${connections.leaseUntil} >= now()`));
  return row ? { most: Number(row.most), isYoung: row.isYoung } : { most: 0, isYoung: false };
}

const HOUR_MS = 3_600_000;
const LONG_SILENCE_HOURS = 24;

export async function checkEvents(patient: Patient): Promise<Check> {
  const { bot, context, tell, status } = patient;
  const at = await latestEventAt(context.db, bot.id);
  const since = status.silentSince;
  const hours = since ? Math.floor((Date.now() - Date.parse(since)) / HOUR_MS) : 0;
  const params = { appId: bot.appId, hours, at: at ? dateOf(patient, at) : "" };
  if (!at) {
    if (!bot.useWebSocket) return tell("events", "warn", "neverPushed", { params, fix: true, page: "event" });
    return tell("events", "warn", since ? "neverSince" : "never", { params, fix: true, page: "event" });
  }
  return hours >= LONG_SILENCE_HOURS
    ? tell("events", "warn", "silent", { params, fix: true, page: "event" })
    : tell("events", "pass", "seen", { params });
}

export async function checkWebhook({ bot, tell }: Patient): Promise<Check> {
  // Feishu signs no challenge: with the Encrypt Key alone its console cannot save the address.
  if (bot.sealedEncryptKey && !bot.sealedVerificationToken && !bot.useWebSocket) {
    return tell("webhook", "warn", "noToken", { fix: true, page: "event" });
  }
  if (bot.sealedEncryptKey || bot.sealedVerificationToken) return tell("webhook", "pass", "keySet");
  return bot.useWebSocket
    ? tell("webhook", "skip", "unused")
    : tell("webhook", "fail", "noKey", { fix: true, page: "event" });
}
