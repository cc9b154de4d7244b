// What a bot's switch, credentials and connection add up to, in the words of the screen.
import type { Bot } from "@/lib/bots/schemas";
import type { ConnectionStatus } from "@/lib/connections/status";

export type ShownState = "connected" | "connecting" | "reconnecting" | "error" | "off" | "webhook";

type Switches = Pick<Bot, "enabled" | "useWebSocket" | "hasVerificationToken" | "hasEncryptKey">;

export function shownState(bot: Switches, status: ConnectionStatus | undefined): ShownState {
  if (!bot.enabled) return "off";
  if (!bot.useWebSocket) return bot.hasVerificationToken || bot.hasEncryptKey ? "webhook" : "off";
  // Wished for, and not taken up yet.
  if (!status || status.state === "disconnected") return "connecting";
  return status.state;
}

/** True when the status shows that the switch was moved elsewhere and the bot must be read again. */
export function isOutdated(bot: Switches, status: ConnectionStatus | undefined): boolean {
  if (!status) return false;
  const isWished = bot.enabled && bot.useWebSocket;
  return isWished === (status.state === "disconnected");
}

export type BotTruth = { id: string; name: string; state: ShownState };

/** The one sentence about all bots: which of the texts says it, and about whom. */
export type Verdict =
  | { kind: "failing" | "reconnecting" | "connecting"; count: number; total: number; first: BotTruth }
  | { kind: "allConnected" | "allWebhook" | "allOff"; count: number }
  | { kind: "fine"; count: number; webhook: number; off: number };

/** `bots` must not be empty. */
export function verdictOf(bots: readonly BotTruth[]): Verdict {
  const of = (state: ShownState) => bots.filter((bot) => bot.state === state);
  for (const [state, kind] of [
    ["error", "failing"],
    ["reconnecting", "reconnecting"],
    ["connecting", "connecting"],
  ] as const) {
    const [first, ...others] = of(state);
    if (first) return { kind, count: others.length + 1, total: bots.length, first };
  }
  const connected = of("connected").length;
  const webhook = of("webhook").length;
  const off = of("off").length;
  if (connected === bots.length) return { kind: "allConnected", count: connected };
  if (webhook === bots.length) return { kind: "allWebhook", count: webhook };
  if (off === bots.length) return { kind: "allOff", count: off };
  return { kind: "fine", count: connected, webhook, off };
}

// Those reasons (lib/text, "reasons.connection") that new credentials mend.
const CREDENTIAL_REASONS = ["connection.credentials", "connection.credentialsUnreadable", "connection.appId"];

export const needsNewSecret = (status: ConnectionStatus | undefined): boolean =>
  status?.state === "error" && CREDENTIAL_REASONS.includes(status.errorCode ?? "");
