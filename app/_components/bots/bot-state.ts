// What a bot's switch, credentials and connection add up to, in the words of the screen.
import type { ShownFailure } from "@/app/_components/bots/failure";
import type { ListedBot } from "@/lib/bots/schemas";
import type { ConnectionStatus } from "@/lib/connections/status";

export type ShownState = "connected" | "connecting" | "reconnecting" | "error" | "off" | "webhook";

type Switches = Pick<ListedBot, "enabled" | "useWebSocket" | "hasVerificationToken" | "hasEncryptKey">;

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

/** What a connected bot suffers from all the same: it could not answer what came last, others take some, none has ever come. */
export type Attention = "unable" | "shared" | "silent";

type Seen = {
  bot: Pick<ListedBot, "domain">;
  state: ShownState;
  status: ConnectionStatus | undefined;
  lastEventAt?: string | undefined;
  /** What came of the message that was finished last, since it is looked at; before that the status tells. */
  lastOutcome?: Outcome | undefined;
};

export type Outcome = "answered" | "failed";

/** Before that nobody has written to a new bot perhaps. */
const SILENT_AFTER_MS = 10 * 60_000;

/** Of a bot that is connected: the messages that came last could not be answered. */
export const isUnable = ({ status, lastOutcome }: Pick<Seen, "status" | "lastOutcome">): boolean =>
  lastOutcome ? lastOutcome === "failed" : status?.failingSince !== undefined;

export function attentionOf(
  { bot, state, status, lastEventAt, lastOutcome }: Seen,
  now: number,
): Attention | undefined {
  if (state !== "connected" || !status) return undefined;
  if (isUnable({ status, lastOutcome })) return "unable";
  if (status.otherConnections) return "shared";
  // In the sandbox there is nothing to be set up.
  if (bot.domain === "sandbox" || lastEventAt || !status.neverReceived || !status.silentSince) return undefined;
  return now - Date.parse(status.silentSince) >= SILENT_AFTER_MS ? "silent" : undefined;
}

type SeenWhole = Omit<Seen, "bot"> & { bot: Pick<ListedBot, "enabled" | "reply"> };

/** What is said of a bot that suffers from nothing; that it answers, only when it has. */
export function headlineOf({
  bot,
  state,
  status,
  lastEventAt,
  lastOutcome,
}: SeenWhole): ShownState | "disabled" | "listening" | "fresh" | "unanswered" {
  if (!bot.enabled) return "disabled";
  if (state !== "connected") return state;
  if (bot.reply.kind === "none") return "listening";
  if (lastOutcome === "answered" || status?.lastReplyAt) return "connected";
  return status?.neverReceived && !lastEventAt ? "fresh" : "unanswered";
}

export type BotTruth = {
  id: string;
  name: string;
  state: ShownState;
  attention?: Attention | undefined;
  failure?: ShownFailure | undefined;
  /** Why it cannot connect. */
  errorCode?: string | undefined;
  /** The same for all that suffer for one cause. */
  cause?: string | undefined;
};

/** The one sentence about all bots: which of the texts says it, and about whom. */
export type Verdict =
  | {
      kind: "failing" | "reconnecting" | "connecting" | Attention;
      count: number;
      causes: number;
      total: number;
      first: BotTruth;
    }
  | { kind: "allConnected" | "allWebhook" | "allOff"; count: number }
  | { kind: "fine"; count: number; webhook: number; off: number };

/** `bots` must not be empty. */
export function verdictOf(bots: readonly BotTruth[]): Verdict {
  const of = (state: ShownState) => bots.filter((bot) => bot.state === state);
  const suffering = (attention: Attention) => bots.filter((bot) => bot.attention === attention);
  for (const [kind, [first, ...others]] of [
    ["failing", of("error")],
    ["unable", suffering("unable")],
    ["reconnecting", of("reconnecting")],
    ["connecting", of("connecting")],
    ["shared", suffering("shared")],
    ["silent", suffering("silent")],
  ] as const) {
    if (!first) continue;
    const causes = new Set([first, ...others].map(({ id, cause }) => cause ?? id)).size;
    return { kind, count: others.length + 1, causes, total: bots.length, first };
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
