// What is asked of the list of bots: how it stands in the address, and what it leaves in which order.
import { isUnable, type ShownState } from "@/app/_components/bots/bot-state";
import type { LiveBot } from "@/app/_components/bots/use-bots";
import type { BotDay } from "@/lib/overview/schemas";

const FILTERS = {
  all: null,
  connected: ["connected"],
  trouble: ["error", "reconnecting", "connecting"],
  webhook: ["webhook"],
  off: ["off"],
} satisfies Record<string, ShownState[] | null>;

export type Filter = keyof typeof FILTERS;
export const FILTER_NAMES = Object.keys(FILTERS) as Filter[];

export const SORTS = ["state", "name", "answers", "uptime", "messages", "failed", "event", "owner", "added"] as const;
export type Sort = (typeof SORTS)[number];

export type ListView = { q: string; filter: Filter; sort: Sort; isReversed: boolean };

export function viewOf(query: { get(name: string): string | null }): ListView {
  const sort = query.get("sort") ?? "";
  const name = sort.replace(/^-/, "");
  return {
    q: query.get("q") ?? "",
    filter: FILTER_NAMES.find((known) => known === query.get("state")) ?? "all",
    sort: SORTS.find((known) => known === name) ?? "state",
    isReversed: sort.startsWith("-"),
  };
}

/** What stands behind the path; nothing for the list as it is by itself. */
export function queryOf({ q, filter, sort, isReversed }: ListView): string {
  const query = new URLSearchParams();
  if (q.trim()) query.set("q", q.trim());
  if (filter !== "all") query.set("state", filter);
  if (sort !== "state" || isReversed) query.set("sort", `${isReversed ? "-" : ""}${sort}`);
  return query.size > 0 ? `?${query}` : "";
}

export const inFilter = ({ state }: LiveBot, filter: Filter): boolean => {
  const states: readonly ShownState[] | null = FILTERS[filter];
  return states === null || states.includes(state);
};

function matches({ bot }: LiveBot, q: string): boolean {
  const words = q.trim().toLowerCase();
  return [bot.name, bot.appId, bot.owner.name].some((text) => text.toLowerCase().includes(words));
}

/** What needs a look comes first. */
const STATE_ORDER: ShownState[] = ["error", "reconnecting", "connecting", "connected", "webhook", "off"];

const rankOf = (live: LiveBot): number =>
  live.state === "connected" && isUnable(live) ? 0.5 : STATE_ORDER.indexOf(live.state);

export type Days = ReadonlyMap<string, BotDay>;

/** `days` may still be on its way. */
export function arrange(bots: readonly LiveBot[], view: ListView, locale: string, days: Days = new Map()): LiveBot[] {
  const words = new Intl.Collator(locale, { numeric: true, sensitivity: "base" });
  const count = (what: "messages" | "failed", { bot }: LiveBot) => days.get(bot.id)?.[what] ?? 0;
  const uptime = ({ bot }: LiveBot) => days.get(bot.id)?.percent ?? 101;
  const answers = ({ bot: { reply } }: LiveBot) => reply.model ?? reply.kind;
  const compare: Record<Sort, (a: LiveBot, b: LiveBot) => number> = {
    added: () => 0,
    name: (a, b) => words.compare(a.bot.name, b.bot.name),
    state: (a, b) => rankOf(a) - rankOf(b) || count("failed", b) - count("failed", a),
    answers: (a, b) => words.compare(answers(a), answers(b)),
    // The worst first; of whom nothing was wished comes last.
    uptime: (a, b) => uptime(a) - uptime(b),
    messages: (a, b) => count("messages", b) - count("messages", a),
    failed: (a, b) => count("failed", b) - count("failed", a),
    // The newest first; who never heard anything comes last.
    event: (a, b) => (b.lastEventAt ?? "").localeCompare(a.lastEventAt ?? ""),
    owner: (a, b) => words.compare(a.bot.owner.name, b.bot.owner.name),
  };
  const found = bots.filter((live) => matches(live, view.q) && inFilter(live, view.filter)).sort(compare[view.sort]);
  return view.isReversed ? found.reverse() : found;
}
