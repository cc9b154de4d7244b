// Tries out credentials that nobody has saved: does Feishu accept them, is there a bot, what is it allowed.
import { z } from "zod";
import { refuseForeignOrigin } from "@/lib/bots/changes";
import { originOf } from "@/lib/bots/domains";
import { getBotRowByAppId } from "@/lib/bots/queries";
import { APP_ID_PATTERN, type BotCredentials, DEFAULT_POLICY, domainSchema } from "@/lib/bots/schemas";
import type { Database } from "@/lib/db/client";
import { type Check, checkSchema, type Tell, teller } from "@/lib/doctor/telling";
import { describeReason } from "@/lib/errors";
import { FeishuApi } from "@/lib/feishu/api";
import { checkCredentials } from "@/lib/feishu/credentials-check";
import { asFeishuError } from "@/lib/feishu/errors";
import { createHttp } from "@/lib/feishu/network";
import { missingScopes, neededScopes, readGrantedScopes } from "@/lib/feishu/scopes";
import type { Logger } from "@/lib/logger";
import { type Locale, translate } from "@/lib/text/translate";
import type { Viewer } from "@/lib/viewer";

export const typedCredentialsSchema = z
  .strictObject({
    appId: z.string().regex(APP_ID_PATTERN, { error: "fields.appId" }),
    appSecret: z.string().trim().min(1).max(512),
    domain: domainSchema.refine((domain) => domain !== "sandbox", { error: "fields.domain" }).optional(),
  })
  .meta({ id: "TypedCredentials" });

export const appCheckSchema = z
  .object({
    ok: z.boolean(),
    name: z.string().nullable().meta({ description: "The app's name in Feishu" }),
    checks: z.array(checkSchema),
  })
  .meta({ id: "AppCheck" });
type AppCheck = z.infer<typeof appCheckSchema>;

type Context = { db: Database; logger: Logger };
type Typed = z.infer<typeof typedCredentialsSchema>;

/** Stores nothing. Throws `forbidden` for a cloud that the viewer may not name. */
export async function checkApp(context: Context, viewer: Viewer, typed: Typed, locale: Locale): Promise<AppCheck> {
  const domain = typed.domain ?? "feishu";
  refuseForeignOrigin(viewer, domain);
  const credentials = { appId: typed.appId, appSecret: typed.appSecret, origin: originOf(domain, undefined) };
  const tell = teller({ domain, appId: typed.appId }, locale);
  const taken = (await getBotRowByAppId(context.db, typed.appId)) !== null;
  const answer = await checkCredentials(credentials);
  if (!answer.ok) {
    const detail = describeReason(answer.reason, locale);
    const { code, params = {} } = answer.reason;
    if (code === "connection.wrongCloud") {
      const wrongCloud = tell("credentials", "fail", "wrongCloudTyped", { params, fix: true });
      return { ok: false, name: null, checks: [wrongCloud] };
    }
    const finding = answer.kind === "credentials" ? "refused" : "unasked";
    const page = answer.kind === "credentials" ? ("baseinfo" as const) : undefined;
    return {
      ok: false,
      name: null,
      checks: [tell("credentials", "fail", finding, { detail, ...(page ? { page } : {}) })],
    };
  }
  const { name, bot } = await lookAtBot(credentials, context.logger, tell, locale);
  const checks: Check[] = [
    taken
      ? tell("credentials", "fail", "taken", { params: { appId: typed.appId }, fix: true })
      : tell("credentials", "pass", "accepted"),
    bot,
    await lookAtScopes(credentials, context.logger, tell, locale),
  ];
  return { ok: checks.every(({ status }) => status !== "fail"), name, checks };
}

type BotInfo = { code?: number; bot?: { activate_status?: number; app_name?: string } };

const ACTIVATED = 2; // bot/v3/info: activate_status of a bot that is switched on

async function lookAtBot(credentials: BotCredentials, logger: Logger, tell: Tell, locale: Locale) {
  try {
    const { bot } = await apiOf(credentials, logger).call((client) =>
      client.request<BotInfo>({ method: "GET", url: "/open-apis/bot/v3/info" }),
    );
    const name = bot?.app_name?.trim() || null;
    const params = { name: name ?? credentials.appId };
    const isActive = bot?.activate_status === undefined || bot.activate_status === ACTIVATED;
    // A version is published later: the checklist leads there.
    return isActive
      ? { name, bot: tell("bot", "pass", "active", { params }) }
      : { name, bot: tell("bot", "warn", "inactive", { params, fix: true, page: "version" }) };
  } catch (error) {
    const { reason, isRefusal } = asFeishuError(error, credentials.origin);
    const detail = describeReason(reason, locale);
    const bot = isRefusal
      ? tell("bot", "fail", "missing", { detail, fix: true, page: "bot" })
      : tell("bot", "skip", "unasked", { detail });
    return { name: null, bot };
  }
}

async function lookAtScopes(credentials: BotCredentials, logger: Logger, tell: Tell, locale: Locale): Promise<Check> {
  const needs = neededScopes(DEFAULT_POLICY, { kind: "echo" }).filter(({ isRequired }) => isRequired);
  const granted = await readGrantedScopes(apiOf(credentials, logger)).catch(() => null);
  if (!granted) return tell("scopes", "skip", "unasked");
  const missing = missingScopes(needs, granted);
  if (missing.length === 0) return tell("scopes", "pass", "granted");
  const uses = missing.map(({ use }) => translate(locale, `doctor.scopes.use.${use}`)).join(" ");
  const scopes = missing.map(({ anyOf }) => anyOf[0]).join(", ");
  return tell("scopes", "warn", "missing", { params: { uses, scopes }, fix: true, page: "auth" });
}

const apiOf = (credentials: BotCredentials, logger: Logger) =>
  new FeishuApi(credentials, createHttp(credentials.proxy), logger);
