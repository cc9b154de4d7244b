// Which bots suffer for the same cause: it is told once, for all of them.
import type { Attention } from "@/app/_components/bots/bot-state";
import { keyOfFailure } from "@/app/_components/bots/failure";
import type { LiveBot } from "@/app/_components/bots/use-bots";

type Kind = "error" | "reconnecting" | "unable";

export type CauseGroup = { key: string; kind: Kind; bots: readonly LiveBot[] };

type Suffering = Pick<LiveBot, "state" | "status" | "failure"> & { bot: Pick<LiveBot["bot"], "domain"> };

/** Undefined where it suffers from nothing, or nobody knows why. */
export function causeOf(
  { bot, state, status, failure }: Suffering,
  attention: Attention | undefined,
): { kind: Kind; key: string } | undefined {
  if ((state === "error" || state === "reconnecting") && status?.error && status.errorCode) {
    // What one cloud's address suffers from need not be another's.
    return { kind: state, key: `${state} ${status.errorCode} ${bot.domain}` };
  }
  return attention === "unable" && failure ? { kind: "unable", key: `unable ${keyOfFailure(failure)}` } : undefined;
}

const ORDER: Kind[] = ["error", "unable", "reconnecting"];

/** Causes of several bots; what is worse comes first, then what more suffer from. `attentions` stand in the bots' order. */
export function groupByCause(bots: readonly LiveBot[], attentions: readonly (Attention | undefined)[]): CauseGroup[] {
  const groups = new Map<string, { key: string; kind: Kind; bots: LiveBot[] }>();
  for (const [index, live] of bots.entries()) {
    const cause = causeOf(live, attentions[index]);
    if (!cause) continue;
    const group = groups.get(cause.key);
    if (group) group.bots.push(live);
    else groups.set(cause.key, { ...cause, bots: [live] });
  }
  return [...groups.values()]
    .filter((group) => group.bots.length > 1)
    .sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) || b.bots.length - a.bots.length);
}

const FEW = 3;

/** Many that cannot connect for one cause: their lines would all say the same. */
export const isMany = ({ kind, bots }: CauseGroup): boolean => kind === "error" && bots.length > FEW;

/** The ids of all that are told of together. */
export const groupedIn = (groups: readonly CauseGroup[]): ReadonlySet<string> =>
  new Set(groups.flatMap((group) => group.bots.map(({ bot }) => bot.id)));
