"use client";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useCallback, useEffect, useEffectEvent, useRef, useState } from "react";
import { isOutdated, type Outcome, type ShownState, shownState } from "@/app/_components/bots/bot-state";
import type { ShownFailure } from "@/app/_components/bots/failure";
import { useEvents, useStatuses } from "@/app/_components/live/live-provider";
import { announce } from "@/app/_components/parts/announcer";
import type { ListedBot } from "@/lib/bots/schemas";
import type { ConnectionStatus } from "@/lib/connections/status";
import type { Event } from "@/lib/events/schemas";

export type LiveBot<Shown extends ListedBot = ListedBot> = {
  bot: Shown;
  status: ConnectionStatus | undefined;
  state: ShownState;
  lastEventAt?: string;
  lastOutcome?: Outcome;
  /** Why it could not answer the latest question. */
  failure?: ShownFailure;
};

/** The server's bots with what has arrived since: states, last events, and switches moved here. */
export function useBots<Shown extends ListedBot>(bots: readonly Shown[], statuses: readonly ConnectionStatus[]) {
  const live = useStatuses(statuses);
  const { lastEvents, news } = useNewsOfBots();
  const [moved, setMoved] = useState<{ since: readonly Shown[]; bots: ReadonlyMap<string, Shown> }>({
    since: bots,
    bots: new Map(),
  });
  // What the server renders anew is newer than what was moved here before.
  const overrides = moved.since === bots ? moved.bots : new Map<string, Shown>();

  const keep = useSame<Shown>();
  const shown: LiveBot<Shown>[] = bots.map((original) => {
    const bot = overrides.get(original.id) ?? original;
    const status = live.get(bot.id);
    const lastEventAt = lastEvents.get(bot.id) ?? status?.lastEventAt;
    const { outcome: lastOutcome, failure = lastOutcome ? undefined : status?.failure } = news.get(bot.id) ?? {};
    const state = shownState(bot, status);
    return keep({
      ...{ bot, status, state },
      ...(lastEventAt && { lastEventAt }),
      ...(lastOutcome && { lastOutcome }),
      ...(failure && { failure }),
    });
  });

  useAnnouncedStates(shown);
  useFreshSwitches(shown);

  const move = useCallback(
    (botId: string, change: Partial<Shown>) =>
      setMoved((before) => {
        const kept = before.since === bots ? before.bots : new Map<string, Shown>();
        const bot = kept.get(botId) ?? bots.find(({ id }) => id === botId);
        return bot ? { since: bots, bots: new Map(kept).set(botId, { ...bot, ...change }) } : before;
      }),
    [bots],
  );
  return { bots: shown, move };
}

/** One bot as it is at this moment. */
export function useOneBot<Shown extends ListedBot>(bot: Shown, status: ConnectionStatus) {
  const [initial, setInitial] = useState(() => ({ bots: [bot], statuses: [status] }));
  // What the server has rendered anew is known by its identity.
  if (initial.bots[0] !== bot || initial.statuses[0] !== status) setInitial({ bots: [bot], statuses: [status] });
  const { bots, move } = useBots(initial.bots, initial.statuses);
  const live: LiveBot<Shown> = bots[0] ?? { bot, status, state: shownState(bot, status) };
  return { live, move };
}

/** The same object as long as nothing in it changes: of two hundred rows only those with news are drawn again. */
function useSame<Shown extends ListedBot>(): (live: LiveBot<Shown>) => LiveBot<Shown> {
  const [known] = useState(() => new Map<string, LiveBot<Shown>>());
  return (live) => {
    const before = known.get(live.bot.id);
    const { bot, status, lastEventAt, lastOutcome, failure } = live;
    const isSame = before?.bot === bot && before.status === status && before.lastOutcome === lastOutcome;
    if (isSame && before.lastEventAt === lastEventAt && before.failure === failure) return before;
    known.set(bot.id, live);
    return live;
  };
}

type News = { outcome: Outcome; failure?: ShownFailure };

function useNewsOfBots() {
  const [lastEvents, setLastEvents] = useState<ReadonlyMap<string, string>>(() => new Map());
  const [news, setNews] = useState<ReadonlyMap<string, News>>(() => new Map());
  useEvents((event) => {
    const { botId, receivedAt } = event;
    setLastEvents((before) =>
      (before.get(botId) ?? "") < receivedAt ? new Map(before).set(botId, receivedAt) : before,
    );
    const told = newsIn(event);
    if (!told) return;
    setNews((before) => {
      const isSame = told.outcome === "answered" && before.get(botId)?.outcome === "answered";
      return isSame ? before : new Map(before).set(botId, told);
    });
  });
  return { lastEvents, news };
}

/** What commands and rules answer by themselves says nothing of whether questions are answered. */
function newsIn({ status, answeredBy, error, errorCode, errorModel }: Event): News | undefined {
  if (answeredBy === "fixed") return undefined;
  if (status === "done") return { outcome: "answered" };
  if (status !== "failed") return undefined;
  if (!error || !errorCode) return { outcome: "failed" };
  return { outcome: "failed", failure: { reason: error, code: errorCode, ...(errorModel && { model: errorModel }) } };
}

function useAnnouncedStates(shown: readonly LiveBot[]): void {
  const t = useTranslations("ui.state");
  const before = useRef<ReadonlyMap<string, ShownState>>(new Map());
  const key = shown.map(({ bot, state }) => `${bot.id}:${state}`).join();
  const compare = useEffectEvent(() => {
    for (const { bot, state } of shown) {
      const was = before.current.get(bot.id);
      if (was && was !== state) announce(t("announcement", { bot: bot.name, state: t(state) }));
    }
    before.current = new Map(shown.map(({ bot, state }) => [bot.id, state]));
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key is what the bots' states amount to.
  useEffect(() => compare(), [key]);
}

/** How long a status may disagree with the switch before the bot is read again: both change in one moment. */
const SETTLE_MS = 1_500;

function useFreshSwitches(shown: readonly LiveBot[]): void {
  const router = useRouter();
  const outdated = shown.filter(({ bot, status }) => isOutdated(bot, status)).map(({ bot }) => bot.id);
  const key = outdated.join();
  useEffect(() => {
    if (!key) return;
    const timer = setTimeout(() => router.refresh(), SETTLE_MS);
    return () => clearTimeout(timer);
  }, [key, router]);
}
