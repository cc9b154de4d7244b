// What is asked of the list of bots: how it stands in the address, and what it leaves in which order.
import type { ShownState } from "@/app/_components/bots/bot-state";
import type { LiveBot } from "@/app/_components/bots/use-bots";

const FILTERS = {
  all: null,
  connected: ["connected"],
  trouble: ["error", "reconnecting", "connecting"],
  webhook: ["webhook"],
  off: ["off"],
} satisfies Record<string, ShownState[] | null>;

export type Filter = keyof typeof FILTERS;
export const FILTER_NAMES = Object.keys(FILTERS) as Filter[];

export const SORTS = ["added", "name", "state", "event", "owner"] as const;
export type Sort = (typeof SORTS)[number];

export type ListView = { q: string; filter: Filter; sort: Sort; isReversed: boolean };

export function viewOf(query: { get(name: string): string | null }): ListView {
  const sort = query.get("sort") ?? "";
  const name = sort.replace(/^-/, "");
  return {
    q: query.get("q") ?? "",
    filter: FILTER_NAMES.find((known) => known === query.get("state")) ?? "all",
    sort: SORTS.find((known) => known === name) ?? "added",
    isReversed: sort.startsWith("-"),
  };
}

/** What stands behind the path; nothing for the list as it is by itself. */
export function queryOf({ q, filter, sort, isReversed }: ListView): string {
  const query = new URLSearchParams();
  if (q.trim()) query.set("q", q.trim());
  if (filter !== "all") query.set("state", filter);
  if (sort !== "added" || isReversed) query.set("sort", `${isReversed ? "-" : ""}${sort}`);
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

export function arrange(bots: readonly LiveBot[], view: ListView, locale: string): LiveBot[] {
  const words = new Intl.Collator(locale, { numeric: true, sensitivity: "base" });
  const compare: Record<Sort, (a: LiveBot, b: LiveBot) => number> = {
    added: () => 0,
    name: (a, b) => words.compare(a.bot.name, b.bot.name),
    state: (a, b) => STATE_ORDER.indexOf(a.state) - STATE_ORDER.indexOf(b.state),
    // The newest first; who never heard anything comes last.
    event: (a, b) => (b.lastEventAt ?? "").localeCompare(a.lastEventAt ?? ""),
    owner: (a, b) => words.compare(a.bot.owner.name, b.bot.owner.name),
  };
  const found = bots.filter((live) => matches(live, view.q) && inFilter(live, view.filter)).sort(compare[view.sort]);
  return view.isReversed ? found.reverse() : found;
}
