// Each action that is written into the audit log is told as a sentence, and each field that can be changed has a word.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { createTranslator } from "use-intl/core";
import { describe, expect, it } from "vitest";
import { changesOf, FEISHU_NAMES, placeOf, sentenceOf, valuesOf } from "@/app/_components/people/audit-words";
import { updateRuleSchema } from "@/lib/alerts/schemas";
import { type AuditEntryView, updateUserSchema } from "@/lib/auth/schemas";
import { updateBotSchema } from "@/lib/bots/schemas";
import { updateModelSchema } from "@/lib/models/schemas";
import { retentionSchema } from "@/lib/settings/retention";
import en from "@/lib/text/en.json";
import zh from "@/lib/text/zh-CN.json";

const sources = readdirSync("lib", { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts"))
  .map((name) => readFileSync(path.join("lib", name), "utf8"))
  .filter((source) => source.includes("recordAudit("));

const actions = sources.flatMap((source) =>
  [...source.matchAll(/\baction\s*[:=]([^,;}]*)/g)].flatMap(([, written]) =>
    [...(written ?? "").matchAll(/"(\w+\.\w+)"/g)].map(([, action]) => action ?? ""),
  ),
);

const entryOf = (action: string, more: Partial<AuditEntryView> = {}): AuditEntryView => ({
  id: "1",
  at: "2026-01-01T00:00:00Z",
  actor: { id: "lin", name: "Lin" },
  action,
  target: { id: "7", name: "HR Helper", exists: true },
  detail: null,
  ...more,
});

const CATALOGS = { en, "zh-CN": zh };

function told(locale: "en" | "zh-CN", entry: AuditEntryView, given = { fields: "none", until: "none" }): string {
  const t = createTranslator({
    locale,
    messages: CATALOGS[locale],
    namespace: "ui.audit.sentences",
    onError: (error) => {
      throw error;
    },
  });
  const mark = (words: string) => words;
  return t.markup(sentenceOf(entry.action) as "other", { ...valuesOf(entry), ...given, who: mark, what: mark });
}

describe("the audit log", () => {
  it("has a sentence in both languages for every action that is recorded", () => {
    expect(actions).toEqual(expect.arrayContaining(["bot.connected", "bot.disconnected", "session.refused"]));
    expect(new Set(actions).size).toBeGreaterThan(20);
    for (const locale of ["en", "zh-CN"] as const) {
      for (const action of actions) expect(told(locale, entryOf(action)), action).toMatch(/Lin|HR Helper/);
    }
  });

  it("has a word in both languages for everything that can be changed", () => {
    // What comes with a new password is no change of its own.
    const userSchema = updateUserSchema.omit({ currentPassword: true, revokeTokens: true });
    const schemas = [updateBotSchema, userSchema, updateModelSchema, updateRuleSchema, retentionSchema];
    const fields = [...schemas.flatMap(({ shape }) => Object.keys(shape)), "mail"];
    for (const catalog of [en, zh])
      expect(Object.keys({ ...catalog.ui.audit.fields, ...FEISHU_NAMES })).toEqual(expect.arrayContaining(fields));
  });

  it("tells who changed what of what", () => {
    const fields = { fields: "App Secret and policy", until: "none" };
    expect(told("en", entryOf("bot.updated"), fields)).toBe("Lin changed the bot HR Helper: App Secret and policy.");
    expect(told("en", entryOf("bot.updated"))).toBe("Lin changed the bot HR Helper.");
    const own = entryOf("user.updated", { target: { id: "lin", name: "Lin", exists: true } });
    expect(told("en", own, { ...fields, fields: "password" })).toBe("Lin changed their own account: password.");
    const from = entryOf("session.started", { detail: { address: "10.0.0.1" } });
    expect(told("en", from)).toBe("Lin signed in from 10.0.0.1.");
    const watcher = entryOf("token.created", { detail: { access: "read" } });
    expect(told("en", watcher)).toBe("Lin created the API token HR Helper, read-only, no expiry.");
    expect(told("zh-CN", watcher)).toBe("Lin新建了只读 API 令牌“HR Helper”，永久有效。");
    expect(changesOf(entryOf("settings.updated", { detail: { eventDays: 30, fields: ["mail"] } }))).toEqual([
      { name: "eventDays", value: 30 },
      { name: "mail" },
    ]);
  });

  it("leads to what is still there, and nowhere else", () => {
    expect(placeOf(entryOf("bot.updated"))).toBe("/bots/7");
    expect(placeOf(entryOf("events.replayed"))).toBe("/bots/7");
    expect(placeOf(entryOf("token.created"))).toBe("/tokens");
    const event = { id: "7", name: "om_1", exists: true, botId: "b" };
    expect(placeOf(entryOf("event.shared", { target: event }))).toBe("/bots/b/messages/7");
    expect(placeOf(entryOf("bot.deleted", { target: { id: "7", name: "HR", exists: false } }))).toBeUndefined();
    expect(placeOf(entryOf("later.thing"))).toBeUndefined();
  });
});
