// What Feishu says of the app itself: its credentials, its bot, its scopes, and what its console is set to.
import { and, desc, eq, gt, sql } from "drizzle-orm";
import type { Database } from "@/lib/db/client";
import { events } from "@/lib/db/schema";
import type { Check, CheckId, Patient } from "@/lib/doctor/telling";
import { describeReason } from "@/lib/errors";
import { APP_TICKET } from "@/lib/events/policy";
import type { FeishuApi } from "@/lib/feishu/api";
import { checkCredentials } from "@/lib/feishu/credentials-check";
import { asFeishuError } from "@/lib/feishu/errors";
import { missingScopes, neededScopes, readGrantedScopes, type ScopeNeed } from "@/lib/feishu/scopes";
import { translate } from "@/lib/text/translate";

const CREDENTIALS_MARGIN_MS = 500; // so that its own words come before those of the limit

export async function checkSecret({ bot, context, credentials, tell, locale, limitMs }: Patient): Promise<Check> {
  if (!credentials) return tell("credentials", "fail", "missing", { fix: true });
  if (await isStoreApp(context.db, bot.id)) {
    return tell("credentials", "fail", "storeApp", { fix: true, page: "baseinfo" });
  }
  const answer = await checkCredentials(credentials, limitMs - CREDENTIALS_MARGIN_MS);
  if (answer.ok) return tell("credentials", "pass", "accepted");
  if (answer.reason.code === "connection.wrongCloud") {
    return tell("credentials", "fail", "wrongCloud", { fix: true, params: answer.reason.params ?? {} });
  }
  // The reason already says what happened and what to do.
  const detail = describeReason(answer.reason, locale);
  return answer.kind === "credentials"
    ? tell("credentials", "fail", "refused", { fix: true, page: "baseinfo", detail })
    : tell("credentials", "fail", "unasked", { fix: true, detail });
}

/** Its tickets come once an hour. */
async function isStoreApp(db: Database, botId: string): Promise<boolean> {
  const isRecent = gt(events.receivedAt, sql`now() - interval '1 day'`);
  const ofTickets = and(eq(events.botId, botId), eq(events.eventType, APP_TICKET), isRecent);
  const [row] = await db.select({ id: events.id }).from(events).where(ofTickets).limit(1);
  return row !== undefined;
}

type Asked<T> = { answer: T } | { unasked: Check } | { refused: string };

/** Asks as the bot. What has nothing to do with the question itself is told as not asked. */
export async function ask<T>(patient: Patient, id: CheckId, call: (api: FeishuApi) => Promise<T>): Promise<Asked<T>> {
  const { bot, credentials, context, tell, locale } = patient;
  if (!credentials) return { unasked: tell(id, "skip", "unasked") };
  try {
    return { answer: await call(await context.apis.of(bot)) };
  } catch (error) {
    const { kind, reason, isRefusal } = asFeishuError(error, credentials.origin, credentials.proxy);
    // Each of these has a check of its own, which says more.
    if (kind === "credentials" || kind === "network") return { unasked: tell(id, "skip", "unasked") };
    const detail = describeReason(reason, locale);
    return isRefusal ? { refused: detail } : { unasked: tell(id, "skip", "unasked", { detail }) };
  }
}

type BotInfo = { code?: number; bot?: { activate_status?: number; app_name?: string } };

const ACTIVATED = 2; // bot/v3/info: activate_status of a bot that is switched on

export async function checkAbility(patient: Patient): Promise<Check> {
  const { bot, tell } = patient;
  const asked = await ask(patient, "bot", (api) =>
    api.call((client) => client.request<BotInfo>({ method: "GET", url: "/open-apis/bot/v3/info" })),
  );
  if ("unasked" in asked) return asked.unasked;
  if ("refused" in asked) return tell("bot", "fail", "missing", { fix: true, page: "bot", detail: asked.refused });
  const { activate_status: status, app_name: name = bot.name } = asked.answer.bot ?? {};
  return status === undefined || status === ACTIVATED
    ? tell("bot", "pass", "active", { params: { name } })
    : tell("bot", "fail", "inactive", { params: { name }, fix: true, page: "version" });
}

export async function checkScopes(patient: Patient): Promise<Check> {
  const { bot, tell, locale } = patient;
  const needs = neededScopes(bot.policy, bot.reply, bot.behavior);
  const asked = await ask(patient, "scopes", readGrantedScopes);
  if ("unasked" in asked) return asked.unasked;
  const granted = "answer" in asked ? asked.answer : null;
  if (!granted) {
    const params = { scopes: firstOf(needs.filter(({ isRequired }) => isRequired)) };
    return tell("scopes", "skip", "unreadable", { params, fix: true, page: "auth" });
  }
  const missing = missingScopes(needs, granted);
  if (missing.length === 0) return tell("scopes", "pass", "granted");
  const required = missing.filter(({ isRequired }) => isRequired);
  const told = required.length > 0 ? required : missing;
  const uses = told.map(({ use }) => translate(locale, `doctor.scopes.use.${use}`)).join(" ");
  const more = { params: { uses, scopes: firstOf(missing) }, fix: true, page: "auth" } as const;
  return required.length > 0 ? tell("scopes", "fail", "missing", more) : tell("scopes", "warn", "recommended", more);
}

const firstOf = (needs: ScopeNeed[]): string => [...new Set(needs.map(({ anyOf }) => anyOf[0]))].join(", ");

type AppAnswer = {
  code?: number;
  data?: {
    app?: {
      online_version_id?: string;
      event?: { subscription_type?: string; subscribed_events?: string[] };
    };
  };
};

const MESSAGE_EVENT = "im.message.receive_v1";

/** How the console is set can be read by few apps: a message that came proves it as well. */
export async function checkConsole(patient: Patient): Promise<Check> {
  const { bot, context, tell, status } = patient;
  const provenAt = await lastMessageAt(context.db, bot.id, bot.useWebSocket ? "websocket" : "webhook");
  const isRecent = provenAt && (!status.connectedAt || provenAt >= new Date(status.connectedAt));
  const proven = () => tell("console", "pass", "proven", { params: { at: dateOf(patient, provenAt ?? new Date()) } });
  if (isRecent) return proven();
  const asked = await ask(patient, "console", (api) =>
    api.call((client) =>
      client.request<AppAnswer>({
        method: "GET",
        url: `/open-apis/application/v6/applications/${bot.appId}`,
        params: { lang: "zh_cn" },
      }),
    ),
  );
  if ("unasked" in asked) return asked.unasked;
  const app = "answer" in asked ? asked.answer.data?.app : undefined;
  if (app?.online_version_id === "") return tell("console", "fail", "unpublished", { fix: true, page: "version" });
  const { subscription_type: mode, subscribed_events: subscribed } = app?.event ?? {};
  if (bot.useWebSocket && mode === "webhook") return tell("console", "fail", "mode", { fix: true, page: "event" });
  if (subscribed && !subscribed.includes(MESSAGE_EVENT)) {
    return tell("console", "fail", "event", { fix: true, page: "event" });
  }
  if (mode && subscribed && app?.online_version_id) return tell("console", "pass", "set");
  return provenAt ? proven() : tell("console", "skip", "unreadable", { fix: true, page: "event" });
}

async function lastMessageAt(db: Database, botId: string, source: "websocket" | "webhook"): Promise<Date | undefined> {
  const [row] = await db
    .select({ at: events.receivedAt })
    .from(events)
    .where(and(eq(events.botId, botId), eq(events.eventType, MESSAGE_EVENT), eq(events.source, source)))
    .orderBy(desc(events.id))
    .limit(1);
  return row?.at;
}

const DATE = { year: "numeric", month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" } as const;

export const dateOf = ({ locale, timeZone }: Patient, at: Date): string =>
  new Intl.DateTimeFormat(locale, { ...DATE, hourCycle: "h23", timeZone, timeZoneName: "short" }).format(at);
