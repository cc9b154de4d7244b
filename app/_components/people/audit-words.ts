// What of an audit entry goes into its sentence, and where it leads to.
import type { AuditEntryView } from "@/lib/auth/schemas";

const PLACES: Record<string, string> = {
  model: "/models",
  alert: "/alerts",
  token: "/tokens",
  user: "/people",
  session: "/people",
  sessions: "/people",
  installation: "/people",
};

/** Where the entry's thing is seen; undefined where nothing is left of it. */
export function placeOf({ action, target }: AuditEntryView): string | undefined {
  if (!target?.exists) return undefined;
  const subject = action.split(".")[0] ?? "";
  if (subject === "bot" || subject === "events") return `/bots/${target.id}`;
  if (subject === "event") return target.botId && `/bots/${target.botId}/messages/${target.id}`;
  return PLACES[subject];
}

export const sentenceOf = (action: string): string => action.replace(".", "_");

/** As Feishu itself writes them in every language. */
export const FEISHU_NAMES: Record<string, string> = {
  appId: "App ID",
  appSecret: "App Secret",
  verificationToken: "Verification Token",
  encryptKey: "Encrypt Key",
};

/** The names of what was changed, with the new value where the log keeps it. */
export function changesOf({ action, detail }: AuditEntryView): { name: string; value?: number }[] {
  const named = Array.isArray(detail?.fields) ? detail.fields.map((name) => ({ name: String(name) })) : [];
  if (action !== "settings.updated") return named;
  const valued = Object.entries(detail ?? {}).flatMap(([name, value]) =>
    typeof value === "number" ? [{ name, value }] : [],
  );
  return [...valued, ...named];
}

const NOTHING = "none";

/** The values of the sentence that are neither a time nor a list; `none` where the entry has no such. */
export function valuesOf({ actor, action, target, detail }: AuditEntryView) {
  const text = (value: unknown) => (typeof value === "string" && value !== "" ? value : NOTHING);
  const owner = text(detail?.owner);
  const address = text(detail?.address);
  return {
    actor: actor.name,
    action,
    target: target?.name ?? "",
    self: actor.id !== null && actor.id === target?.id ? "yes" : "no",
    owner: owner === actor.name ? NOTHING : owner,
    heir: text(detail?.heir),
    address: address === "unknown" ? NOTHING : address,
    role: text(detail?.role),
    access: text(detail?.access),
    status: text(detail?.status),
    count: typeof detail?.count === "number" ? detail.count : 0,
  };
}
