// Looks a bot over, asks Feishu what can be asked, and says what is missing with the cure.
import { z } from "zod";
import type { BotCredentials } from "@/lib/bots/schemas";
import { type ConnectionStatus, getConnectionStatus } from "@/lib/connections/status";
import type { Database } from "@/lib/db/client";
import type { BotRow } from "@/lib/db/schema";
import { describeReason } from "@/lib/errors";
import { latestEventAt } from "@/lib/events/queries";
import type { FeishuApis } from "@/lib/feishu/api";
import { checkCredentials } from "@/lib/feishu/credentials-check";
import { asFeishuError } from "@/lib/feishu/errors";
import type { Platform } from "@/lib/platform";
import { type Locale, type TextParams, translate } from "@/lib/text/translate";

export const checkSchema = z
  .object({
    id: z.enum(["credentials", "bot", "connection", "clients", "webhook", "events"]),
    status: z.enum(["pass", "warn", "fail", "skip"]),
    title: z.string(),
    detail: z.string(),
    fix: z.string().optional(),
  })
  .meta({ id: "Check" });
export type Check = z.infer<typeof checkSchema>;
type CheckId = Check["id"];

export type DoctorContext = {
  db: Database;
  apis: FeishuApis;
  platform: Platform;
  loadCredentials(botId: string): Promise<BotCredentials | null>;
};

type Patient = { bot: BotRow; status: ConnectionStatus; tell: Tell; context: DoctorContext };

/** Words come from the catalogs: `doctor.<id>.title`, `.<finding>` and, where there is a cure, `.<finding>Fix`. */
type Tell = (id: CheckId, status: Check["status"], finding: string, params?: TextParams, isCurable?: boolean) => Check;

const ACTIVATED = 2; // bot/v3/info: activate_status of a bot that is switched on

export async function checkBot(
  context: DoctorContext,
  bot: BotRow,
  locale: Locale,
): Promise<{ ok: boolean; checks: Check[] }> {
  const status = await getConnectionStatus(context.db, bot.id, locale);
  const patient: Patient = { bot, status, context, tell: teller(locale) };
  const credentials = await checkSecret(patient, locale);
  const isKnown = credentials.status === "pass";
  const checks = [
    credentials,
    await (isKnown ? checkAbility(patient, locale) : patient.tell("bot", "skip", "unasked")),
    checkConnection(patient),
    await (isKnown ? checkClients(patient) : patient.tell("clients", "skip", "unasked")),
    checkWebhook(patient),
    await checkEvents(patient),
  ];
  return { ok: checks.every((check) => check.status !== "fail"), checks };
}

function teller(locale: Locale): Tell {
  return (id, status, finding, params, isCurable) => ({
    id,
    status,
    title: translate(locale, `doctor.${id}.title`),
    detail: translate(locale, `doctor.${id}.${finding}`, params),
    ...(isCurable ? { fix: translate(locale, `doctor.${id}.${finding}Fix`, params) } : {}),
  });
}

async function checkSecret({ bot, context, tell }: Patient, locale: Locale): Promise<Check> {
  const credentials = await context.loadCredentials(bot.id);
  if (!credentials) return tell("credentials", "fail", "missing", {}, true);
  const answer = await checkCredentials(credentials);
  if (answer.ok) return tell("credentials", "pass", "accepted");
  // The reason already says what happened and what to do.
  const finding = answer.kind === "credentials" ? "refused" : "unasked";
  return { ...tell("credentials", "fail", finding, {}, true), detail: describeReason(answer.reason, locale) };
}

type BotInfo = { code?: number; bot?: { activate_status?: number; app_name?: string } };

async function checkAbility({ bot, context, tell }: Patient, locale: Locale): Promise<Check> {
  try {
    const api = await context.apis.of(bot);
    const info = await api.call((client) => client.request<BotInfo>({ method: "GET", url: "/open-apis/bot/v3/info" }));
    const isActive = info.bot?.activate_status === undefined || info.bot.activate_status === ACTIVATED;
    const name = info.bot?.app_name ?? bot.name;
    return isActive ? tell("bot", "pass", "active", { name }) : tell("bot", "fail", "inactive", { name }, true);
  } catch (error) {
    const { reason } = asFeishuError(error, bot.domain);
    return { ...tell("bot", "fail", "missing", {}, true), detail: describeReason(reason, locale) };
  }
}

function checkConnection({ bot, status, context, tell }: Patient): Check {
  if (!context.platform.holdsConnections) {
    return tell("connection", "skip", "serverless", { platform: context.platform.name ?? "" });
  }
  if (!bot.enabled) return tell("connection", "warn", "disabled", {}, true);
  if (!bot.useWebSocket) return tell("connection", "skip", "off");
  if (status.state === "connected") return tell("connection", "pass", "up");
  const check = tell("connection", status.state === "error" ? "fail" : "warn", "down", {}, true);
  return status.error ? { ...check, detail: status.error } : check;
}

type OnlineAnswer = { code?: number; data?: { online_instance_cnt?: number } };

// Several clients of one app split its events between them: Feishu gives each event to one at random.
async function checkClients({ bot, status, context, tell }: Patient): Promise<Check> {
  try {
    const api = await context.apis.of(bot);
    const answer = await api.call((client) =>
      client.request<OnlineAnswer>({ method: "GET", url: "/open-apis/event/v1/connection" }),
    );
    const online = answer.data?.online_instance_cnt;
    if (online === undefined) return tell("clients", "skip", "unknown");
    const ours = status.state === "connected" ? 1 : 0;
    const others = Math.max(0, online - ours);
    return others > 0
      ? tell("clients", "warn", "others", { others }, true)
      : tell("clients", "pass", "alone", { online });
  } catch {
    return tell("clients", "skip", "unknown");
  }
}

function checkWebhook({ bot, tell }: Patient): Check {
  if (bot.sealedEncryptKey || bot.sealedVerificationToken) return tell("webhook", "pass", "keySet");
  return bot.useWebSocket ? tell("webhook", "skip", "unused") : tell("webhook", "fail", "noKey", {}, true);
}

async function checkEvents({ bot, context, tell }: Patient): Promise<Check> {
  const at = await latestEventAt(context.db, bot.id);
  return at
    ? tell("events", "pass", "seen", { at: at.toISOString() })
    : tell("events", "warn", "never", { appId: bot.appId }, true);
}
