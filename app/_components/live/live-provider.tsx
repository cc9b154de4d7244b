"use client";
import { useRouter } from "next/navigation";
import {
  createContext,
  type ReactNode,
  useContext,
  useEffect,
  useEffectEvent,
  useState,
  useSyncExternalStore,
} from "react";
import { useRenderedAt } from "@/app/_components/live/clock";
import { type LinkState, LiveStore } from "@/app/_components/live/live-store";
import { forgetSeen } from "@/app/_components/requests/seen";
import { signInAgainUnlessRefused } from "@/app/_components/requests/session-end";
import type { ConnectionStatus } from "@/lib/connections/status";
import type { Event } from "@/lib/events/schemas";

const Live = createContext<LiveStore | null>(null);

/** One event stream for the whole tab. After a gap the page's own data is read again. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const renderedAt = useRenderedAt();
  const [store] = useState(() => new LiveStore(renderedAt, () => void signInAgainUnlessRefused()));
  const router = useRouter();
  useEffect(() => store.start(), [store]);
  useEffect(
    () =>
      store.onGap(() => {
        forgetSeen();
        router.refresh();
      }),
    [store, router],
  );
  return <Live value={store}>{children}</Live>;
}

function useLiveStore(): LiveStore {
  const store = useContext(Live);
  if (!store) throw new Error("LiveProvider is missing above this component");
  return store;
}

export function useLink(): LinkState {
  const store = useLiveStore();
  return useSyncExternalStore(store.subscribe, store.link, () => "opening");
}

/** Since when nothing is known of what happens, in ms; null while the stream is live or was not opened yet. */
export function useLostSince(): number | null {
  const store = useLiveStore();
  return useSyncExternalStore(
    store.subscribe,
    () => (store.link() === "lost" ? store.heardAt() : null),
    () => null,
  );
}

/** Whether the server, which answers, hears nothing from its database. */
export function useDatabaseSilent(): boolean {
  const store = useLiveStore();
  return useSyncExternalStore(store.subscribe, store.isDatabaseSilent, () => false);
}

/** The newest status of each bot, those of the server's rendering until the stream has spoken. */
export function useStatuses(initial: readonly ConnectionStatus[]): ReadonlyMap<string, ConnectionStatus> {
  const store = useLiveStore();
  const [atFirst] = useState(() => new Map<string, ConnectionStatus>());
  const live = useSyncExternalStore(store.subscribe, store.statuses, () => atFirst);
  const merged = new Map(initial.map((status) => [status.botId, status]));
  for (const [botId, status] of live) merged.set(botId, status);
  return merged;
}

/** How many bots' statuses are so; undefined until the stream has spoken. */
export function useLiveCount(isSo: (status: ConnectionStatus) => boolean): number | undefined {
  const store = useLiveStore();
  return useSyncExternalStore(
    store.subscribe,
    () => (store.statuses().size === 0 ? undefined : [...store.statuses().values()].filter(isSo).length),
    () => undefined,
  );
}

/** Calls the listener with each event that arrives or changes. */
export function useEvents(listener: (event: Event) => void): void {
  const store = useLiveStore();
  const onEvent = useEffectEvent(listener);
  useEffect(() => store.onEvent((event) => onEvent(event)), [store]);
}

/** Calls the listener when the stream is back after it was away. */
export function useGap(listener: () => void): void {
  const store = useLiveStore();
  const onGap = useEffectEvent(listener);
  useEffect(() => store.onGap(() => onGap()), [store]);
}

/** Calls the listener when an alert begins, is sent, or ends. */
export function useAlertNews(listener: () => void): void {
  const store = useLiveStore();
  const onAlerts = useEffectEvent(listener);
  useEffect(() => store.onAlerts(() => onAlerts()), [store]);
}
