// Where a rule's alerts go: checked when it is entered, sealed into the rule's row, opened for sending, shown without its secret.
import { literalOf, troubleOfUrl } from "@/lib/address-trouble";
import type { Channel } from "@/lib/alerts/schemas";
import type { AlertRuleRow } from "@/lib/db/alert-tables";
import { AppError } from "@/lib/errors";
import { parseReceivers } from "@/lib/mail-address";
import type { Sealer } from "@/lib/sealing";

const MOST_RECEIVERS = 20;
const HOOK_PATH = /^\/open-apis\/bot\/v2\/hook\/[\w-]+\/?$/;
const FEISHU_HOSTS = /(^|\.)(feishu\.cn|larksuite\.com|larkoffice\.com)$/;

const place = (ruleId: string, column: "target" | "secret") => `alert_rules/${ruleId}/${column}`;

export const sealTarget = (sealer: Sealer, ruleId: string, target: string): string =>
  sealer.seal(target, place(ruleId, "target"));

export const sealSecret = (sealer: Sealer, ruleId: string, secret: string | null | undefined): string | null =>
  secret ? sealer.seal(secret, place(ruleId, "secret")) : null;

type Sealed = Pick<AlertRuleRow, "id" | "sealedTarget" | "sealedSecret">;

export const openTarget = (sealer: Sealer, row: Sealed): string =>
  sealer.unseal(row.sealedTarget, place(row.id, "target"));

export const openSecret = (sealer: Sealer, row: Sealed): string | undefined =>
  row.sealedSecret ? sealer.unseal(row.sealedSecret, place(row.id, "secret")) : undefined;

/** Throws for what cannot be told at, and for what somebody may not enter. */
export function requireTarget(channel: Channel, target: string, isAdmin: boolean): void {
  if (channel === "email") {
    const receivers = parseReceivers(target);
    if (!receivers || receivers.length > MOST_RECEIVERS) throw invalid("fields.mailReceivers");
    return;
  }
  const url = addressIn(target);
  if (!url) throw invalid(channel === "feishu" ? "fields.customBotUrl" : "fields.serviceUrl");
  if (channel === "feishu" && !HOOK_PATH.test(url.pathname)) throw invalid("fields.customBotUrl");
  const trouble = troubleOfUrl(url);
  const params = { host: url.host };
  if (trouble === "never") {
    throw new AppError("invalid_input", "alert.addressNever", {
      params,
      fields: [{ path: "target", message: "fields.addressNever" }],
    });
  }
  if (isAdmin) return;
  if (trouble === "private") throw new AppError("forbidden", "alert.addressForAdmins", { params });
  const isFeishus = url.protocol === "https:" && !literalOf(url) && FEISHU_HOSTS.test(url.hostname);
  if (channel === "feishu" && !isFeishus) throw new AppError("forbidden", "alert.cloudForAdmins", { params });
}

export function requireSecret(channel: Channel, secret: string | null | undefined): void {
  if (!secret) return;
  const fields = (message: string) => [{ path: "secret", message: `fields.${message}` }];
  if (channel === "email") throw new AppError("invalid_input", "alert.mailHasNoSecret", { fields: fields("unknown") });
  if (secret.startsWith("whsec_") && !/^[A-Za-z0-9+/]{2,}={0,2}$/.test(secret.slice("whsec_".length))) {
    throw new AppError("invalid_input", "alert.badSecret", { fields: fields("signingSecret") });
  }
}

/** People's addresses are no secret; an address that can be posted to is. */
export const shownTarget = (channel: Channel, target: string): string =>
  channel === "email" ? (parseReceivers(target) ?? []).join(", ") : new URL(target).host;

const invalid = (message: string) =>
  new AppError("invalid_input", "alert.badTarget", { fields: [{ path: "target", message }] });

function addressIn(text: string): URL | undefined {
  if (!/^https?:\/\/[^/]/i.test(text) || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  return url.username || url.password ? undefined : url;
}
