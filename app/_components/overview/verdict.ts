// The one sentence about all bots: how many are online, whom to look at first, and since when the others are.
import type { Attention, ShownState } from "@/app/_components/bots/bot-state";
import { keyOfFailure, type ShownFailure } from "@/app/_components/bots/failure";

export type Seen = {
  id: string;
  name: string;
  state: ShownState;
  attention?: Attention | undefined;
  errorCode?: string | undefined;
  /** Why it could not answer the latest question. */
  failure?: ShownFailure | undefined;
  connectedAt?: string | undefined;
};

type Trouble = "error" | "reconnecting" | "connecting" | Attention;

export type OverviewVerdict = {
  /** Those that take messages, of those that shall. */
  up: number;
  total: number;
  off: number;
  /** Whom to look at first, how many others suffer for the same cause, and how many besides. */
  first?: { bot: Seen; kind: Trouble; cause?: string; others: number };
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
  const others = first ? troubled.filter((bot) => bot !== first && isSameCause(bot, first)).length : 0;
  const since = connected
    .map(({ connectedAt }) => connectedAt ?? "")
    .toSorted()
    .at(-1);
  return {
    up: connected.length + webhooks,
    total: bots.length - off,
    off,
    ...(first && kind && { first: { bot: first, kind, others, ...causeOf(first) } }),
    more: Math.max(0, troubled.length - 1 - others),
    ...(since && { since }),
  };
}

function isSameCause(a: Seen, b: Seen): boolean {
  if (troubleOf(a) !== troubleOf(b)) return false;
  if (troubleOf(a) === "unable")
    return !!a.failure && !!b.failure && keyOfFailure(a.failure) === keyOfFailure(b.failure);
  return a.errorCode !== undefined && a.errorCode === b.errorCode;
}

const causeOf = ({ errorCode }: Seen) => (errorCode ? { cause: causeKey(errorCode) } : {});

/** `connection.dns` → `dns`: the key below `ui.causes`. */
export const causeKey = (reasonCode: string): string => reasonCode.slice(reasonCode.lastIndexOf(".") + 1);
