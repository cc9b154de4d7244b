// The one sentence about all bots: how many are online, whom to look at first, and since when the others are.
import type { Attention, ShownState } from "@/app/_components/bots/bot-state";

export type Seen = {
  id: string;
  name: string;
  state: ShownState;
  attention?: Attention | undefined;
  errorCode?: string | undefined;
  connectedAt?: string | undefined;
};

type Trouble = "error" | "reconnecting" | "connecting" | Attention;

export type OverviewVerdict = {
  /** Those that take messages, of those that shall. */
  up: number;
  total: number;
  off: number;
  /** Whom to look at first, and how many besides. */
  first?: { bot: Seen; kind: Trouble; cause?: string };
  more: number;
  /** Since when those that are connected have been so. */
  since?: string;
};

/** What is worse comes first. */
const ORDER: Trouble[] = ["error", "unable", "reconnecting", "shared", "silent", "connecting"];

function troubleOf({ state, attention }: Pick<Seen, "state" | "attention">): Trouble | undefined {
  if (state === "error" || state === "reconnecting" || state === "connecting") return state;
  return attention;
}

/** How far up a bot stands: those that need a look come first, those that are switched off last. */
export const rankOf = (bot: Pick<Seen, "state" | "attention">): number => {
  const trouble = troubleOf(bot);
  if (trouble) return ORDER.indexOf(trouble);
  return bot.state === "off" ? ORDER.length + 1 : ORDER.length;
};

export function overviewVerdict(bots: readonly Seen[]): OverviewVerdict {
  const off = bots.filter(({ state }) => state === "off").length;
  const connected = bots.filter(({ state }) => state === "connected");
  const webhooks = bots.filter(({ state }) => state === "webhook").length;
  const troubled = bots.filter((bot) => troubleOf(bot)).sort((a, b) => rankOf(a) - rankOf(b));
  const [first] = troubled;
  const kind = first && troubleOf(first);
  const since = connected
    .map(({ connectedAt }) => connectedAt ?? "")
    .toSorted()
    .at(-1);
  return {
    up: connected.length + webhooks,
    total: bots.length - off,
    off,
    ...(first && kind && { first: { bot: first, kind, ...causeOf(first) } }),
    more: Math.max(0, troubled.length - 1),
    ...(since && { since }),
  };
}

const causeOf = ({ errorCode }: Seen) => (errorCode ? { cause: causeKey(errorCode) } : {});

/** `connection.dns` → `dns`: the key below `ui.causes`. */
export const causeKey = (reasonCode: string): string => reasonCode.slice(reasonCode.lastIndexOf(".") + 1);
