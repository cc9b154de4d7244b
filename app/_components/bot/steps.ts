// How far a new bot has come, told from what is seen of it.
import { needsNewSecret, type ShownState } from "@/app/_components/bots/bot-state";
import type { Bot } from "@/lib/bots/schemas";
import type { ConnectionStatus } from "@/lib/connections/status";
import type { Event } from "@/lib/events/schemas";

export type Step = {
  name: "credentials" | "connection" | "webhook" | "subscribed" | "published" | "received" | "answered";
  state: "done" | "current" | "failed" | "waiting";
};

type Seen = { bot: Bot; status: ConnectionStatus | undefined; state: ShownState; events: readonly Event[] };

/**
 * What happens in Feishu's console cannot be seen from here: the first event proves that it was done.
 * The first step that is not done is the current one.
 */
export function stepsOf({ bot, status, state, events }: Seen): Step[] {
  const isUp = state === "connected";
  const received = events.some((event) => event.eventType === "im.message.receive_v1");
  const answered = events.some((event) => event.status === "done");
  const inConsole: [Step["name"], boolean][] =
    bot.domain === "sandbox"
      ? []
      : [
          ["subscribed", events.length > 0],
          ["published", events.length > 0],
        ];
  const way: [Step["name"], boolean][] = bot.useWebSocket
    ? [["credentials", isUp || state === "reconnecting"], ["connection", isUp], ...inConsole]
    : [["webhook", events.length > 0]];
  const all: [Step["name"], boolean][] = [...way, ["received", received]];
  if (bot.reply.kind !== "none") all.push(["answered", answered]);

  const failed: Step["name"] | undefined =
    state !== "error" ? undefined : needsNewSecret(status) ? "credentials" : "connection";
  let isCurrent = true;
  return all.map(([name, isDone]) => {
    if (isDone) return { name, state: "done" };
    if (name === failed) {
      isCurrent = false;
      return { name, state: "failed" };
    }
    // Whether Feishu accepts them is not known before it can be reached.
    if (!isCurrent || (name === "credentials" && failed === "connection")) return { name, state: "waiting" };
    // Both are done in Feishu's console, in whatever order.
    isCurrent = name === "subscribed";
    return { name, state: "current" };
  });
}
