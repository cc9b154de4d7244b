// How far a new bot has come, told from what is seen of it and from what the doctor can read in Feishu.
import { needsNewSecret, type ShownState } from "@/app/_components/bots/bot-state";
import type { Bot } from "@/lib/bots/schemas";
import type { ConnectionStatus } from "@/lib/connections/status";
import type { Check } from "@/lib/doctor/telling";
import type { Event } from "@/lib/events/schemas";

/** What is done in Feishu's console, whatever the order. */
export const CONSOLE_STEPS = ["mode", "event", "permissions", "published"] as const;
export type ConsoleStep = (typeof CONSOLE_STEPS)[number];

export type Step = {
  name: "credentials" | "connection" | "webhook" | ConsoleStep | "received" | "answered";
  /** "open": to be done, and Feishu does not tell whether it is. "failed": seen to be missing. */
  state: "done" | "current" | "open" | "failed" | "waiting";
};

type Seen = {
  bot: Bot;
  status: ConnectionStatus | undefined;
  state: ShownState;
  events: readonly Event[];
  checks?: readonly Check[] | undefined;
};

/** The first event proves whatever had to be done in Feishu's console. */
export function stepsOf(seen: Seen): Step[] {
  const { bot, events, state } = seen;
  const isUp = state === "connected";
  const heard = events.some((event) => event.eventType === "im.message.receive_v1");
  const answered = events.some((event) => event.status === "done");
  const steps: Step[] = bot.useWebSocket
    ? connecting(seen)
    : [{ name: "webhook", state: doneOr(events.length > 0, "current") }];
  const isReady = isUp || !bot.useWebSocket;
  if (bot.domain !== "sandbox") steps.push(...inConsole(seen, isReady));
  steps.push({ name: "received", state: doneOr(heard, isReady ? "current" : "waiting") });
  if (bot.reply.kind !== "none") {
    steps.push({ name: "answered", state: doneOr(answered, heard ? "current" : "waiting") });
  }
  return steps;
}

const doneOr = (isDone: boolean, otherwise: Step["state"]): Step["state"] => (isDone ? "done" : otherwise);

function connecting({ status, state }: Seen): Step[] {
  const isUp = state === "connected";
  if (state !== "error") {
    const isAccepted = isUp || state === "reconnecting";
    return [
      { name: "credentials", state: doneOr(isAccepted, "current") },
      { name: "connection", state: doneOr(isUp, isAccepted ? "current" : "waiting") },
    ];
  }
  // Whether Feishu accepts them is not known before it can be reached.
  return needsNewSecret(status)
    ? [
        { name: "credentials", state: "failed" },
        { name: "connection", state: "waiting" },
      ]
    : [
        { name: "credentials", state: "waiting" },
        { name: "connection", state: "failed" },
      ];
}

function inConsole({ bot, events, checks }: Seen, isReady: boolean): Step[] {
  const names = bot.useWebSocket ? CONSOLE_STEPS : CONSOLE_STEPS.filter((name) => name !== "mode");
  return names.map((name) => {
    if (events.length > 0) return { name, state: "done" };
    if (!isReady) return { name, state: "waiting" };
    return { name, state: told(name, checks) };
  });
}

/** What the doctor could read of it. */
function told(name: ConsoleStep, checks: readonly Check[] | undefined): Step["state"] {
  const of = (id: Check["id"]) => checks?.find((check) => check.id === id);
  if (name === "permissions") {
    const scopes = of("scopes");
    if (scopes?.status === "fail") return "failed";
    return scopes?.finding === "granted" || scopes?.finding === "recommended" ? "done" : "open";
  }
  const console = of("console")?.finding;
  if (console === "set" || console === "proven") return "done";
  if (name === "published") {
    if (console === "unpublished" || of("bot")?.finding === "inactive") return "failed";
    return of("bot")?.finding === "active" ? "done" : "open";
  }
  return console === name ? "failed" : "open";
}
