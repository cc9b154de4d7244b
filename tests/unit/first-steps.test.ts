import { describe, expect, it } from "vitest";
import { stepsOf } from "@/app/_components/bot/steps";
import { DEFAULT_BEHAVIOR } from "@/lib/bots/behavior";
import type { Bot } from "@/lib/bots/schemas";
import type { Check } from "@/lib/doctor/telling";
import type { Event } from "@/lib/events/schemas";

const bot: Bot = {
  id: "b",
  name: "A bot",
  appId: "cli_0123456789abcdef",
  domain: "feishu",
  enabled: true,
  useWebSocket: true,
  wsConnectionState: "disconnected",
  hasAppSecret: true,
  hasVerificationToken: false,
  hasEncryptKey: false,
  hasReplySecret: false,
  proxy: null,
  hasProxyPassword: false,
  webhookUrl: "http://localhost/api/feishu/webhook/cli_0123456789abcdef",
  reply: { kind: "echo" },
  policy: {
    directMessages: "all",
    groups: "mention",
    allowSenders: [],
    allowChats: [],
    answerMentionAll: false,
    ignoreOlderThanSeconds: 86_400,
  },
  behavior: DEFAULT_BEHAVIOR,
  owner: { id: "o", name: "Owner" },
  createdAt: "2026-01-01T00:00:00.000Z",
  updatedAt: "2026-01-01T00:00:00.000Z",
};

const event = (status: Event["status"]): Event => ({
  id: "1",
  botId: "b",
  eventId: "e",
  eventType: "im.message.receive_v1",
  source: "websocket",
  status,
  attempts: 1,
  receivedAt: "2026-01-01T00:00:00.000Z",
});

type Seen = Parameters<typeof stepsOf>[0];
const steps = (seen: Partial<Seen>) =>
  stepsOf({ bot, status: undefined, state: "connecting", events: [], ...seen }).map(
    ({ name, state }) => `${name} ${state}`,
  );

const check = (id: Check["id"], status: Check["status"], finding: string): Check => ({
  id,
  status,
  finding,
  title: "",
  detail: "",
});

const CONSOLE = ["mode", "event", "permissions", "published"];
const consoleSteps = (checks: Check[]) =>
  steps({ state: "connected", checks }).filter((step) => CONSOLE.some((name) => step.startsWith(name)));

describe("the first steps of a bot", () => {
  it("begin with the credentials", () => {
    expect(steps({})).toEqual([
      "credentials current",
      "connection waiting",
      ...CONSOLE.map((name) => `${name} waiting`),
      "received waiting",
      "answered waiting",
    ]);
  });

  it("lead to Feishu's console once the connection is up: before, it does not let one choose it", () => {
    expect(steps({ state: "connected" })).toEqual([
      "credentials done",
      "connection done",
      ...CONSOLE.map((name) => `${name} open`),
      "received current",
      "answered waiting",
    ]);
  });

  it("name the step that failed", () => {
    const refused = { botId: "b", state: "error" as const, errorCode: "connection.credentials" };
    expect(steps({ state: "error", status: refused })[0]).toBe("credentials failed");
    const unreachable = { botId: "b", state: "error" as const, errorCode: "connection.dns" };
    expect(steps({ state: "error", status: unreachable }).slice(0, 2)).toEqual([
      "credentials waiting",
      "connection failed",
    ]);
  });

  it("tell what the doctor could read of Feishu's console, and leave open what it could not", () => {
    expect(
      consoleSteps([
        check("scopes", "fail", "missing"),
        check("console", "fail", "mode"),
        check("bot", "pass", "active"),
      ]),
    ).toEqual(["mode failed", "event open", "permissions failed", "published done"]);
    expect(consoleSteps([check("scopes", "warn", "recommended"), check("console", "fail", "unpublished")])).toEqual([
      "mode open",
      "event open",
      "permissions done",
      "published failed",
    ]);
    expect(consoleSteps([check("scopes", "skip", "unreadable"), check("console", "pass", "set")])).toEqual([
      "mode done",
      "event done",
      "permissions open",
      "published done",
    ]);
  });

  it("take the first message as the proof of what was done in Feishu's console", () => {
    expect(steps({ state: "connected", events: [event("processing")] })).toEqual([
      "credentials done",
      "connection done",
      ...CONSOLE.map((name) => `${name} done`),
      "received done",
      "answered current",
    ]);
    expect(steps({ state: "connected", events: [event("done")] }).at(-1)).toBe("answered done");
  });

  it("leave out what the bot does not need", () => {
    const sandbox = { ...bot, domain: "sandbox" };
    expect(steps({ bot: sandbox })).toEqual([
      "credentials current",
      "connection waiting",
      "received waiting",
      "answered waiting",
    ]);
    const silent: Bot = { ...bot, useWebSocket: false, reply: { kind: "none" } };
    expect(steps({ bot: silent, state: "webhook" })).toEqual([
      "webhook current",
      "event open",
      "permissions open",
      "published open",
      "received current",
    ]);
  });
});
