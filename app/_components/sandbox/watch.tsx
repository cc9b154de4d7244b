"use client";
import { useLocale, useTranslations } from "next-intl";
import { useEffect, useEffectEvent, useState } from "react";
import { StateMark } from "@/app/_components/bots/state-mark";
import { useDuration } from "@/app/_components/messages/duration";
import { call, RequestFailure } from "@/app/_components/requests/call";
import type { ConnectionHistory } from "@/lib/connections/history";
import type { ConnectionStatus } from "@/lib/connections/status";
import type { RoomHead } from "@/lib/sandbox/room-shapes";

const SHOWN = 6;
const BACK_MS = 15 * 60_000;

type Change = ConnectionHistory["changes"][number];

/** How the reckoning of messages stands. */
export function Counts({ of: counts }: { of: RoomHead["counts"] }) {
  const t = useTranslations("ui.sandbox.watch");
  return (
    <dl className="grid grid-cols-2 gap-x-4 gap-y-1 text-table">
      {(["written", "received", "answered", "answeredTwice"] as const).map((name) => (
        <div key={name} className="flex items-baseline justify-between gap-2 border-b py-1" data-count={name}>
          <dt className="text-ink-2">{t(name)}</dt>
          <dd
            className={`font-semibold ${name === "answeredTwice" ? (counts.answeredTwice > 0 ? "text-bad" : "text-ok") : ""}`}
          >
            {counts[name]}
          </dd>
        </div>
      ))}
    </dl>
  );
}

type WatchProps = { botId: string; status: ConnectionStatus | undefined; repeated: number };

/** What was recognised as a repetition, and what the connection has been doing, newest first. */
export function Watch({ botId, status, repeated }: WatchProps) {
  const t = useTranslations("ui.sandbox.watch");
  const changes = useChanges(botId, `${status?.state}${status?.reconnectAttempt ?? ""}${status?.connectedAt ?? ""}`);
  const duration = useDuration();
  const locale = useLocale();
  const clock = new Intl.DateTimeFormat(locale, { timeStyle: "medium", hourCycle: "h23" });
  return (
    <section aria-label={t("title")}>
      {repeated > 0 && <p className="mb-3 text-small text-ink-3">{t("repeated", { count: repeated })}</p>}
      <h2 className="mb-1">{t("connection")}</h2>
      <ol aria-live="off" className="grid gap-1">
        {changes.slice(0, SHOWN).map((change, index) => {
          const before = changes[index + 1];
          const isBack = change.state === "connected" && before?.state === "reconnecting";
          return (
            <li key={`${change.at}${change.state}`} className="grid grid-cols-[3.875rem_1fr] items-baseline gap-2">
              <time dateTime={change.at} className="font-mono text-small text-ink-3">
                {clock.format(new Date(change.at))}
              </time>
              <span>
                <StateMark
                  isPast={index > 0}
                  state={change.state === "disconnected" ? "off" : change.state}
                  status={index === 0 ? status : undefined}
                  detail={isBack ? t("backAfter", { time: duration(downTime(changes, index)) }) : undefined}
                />
                {change.reason && <small className="block text-small text-pretty text-ink-3">{change.reason}</small>}
              </span>
            </li>
          );
        })}
      </ol>
    </section>
  );
}

/** From when it was last connected before. */
function downTime(changes: readonly Change[], index: number): number {
  const now = Date.parse(changes[index]?.at ?? "");
  const rest = changes.slice(index + 1);
  const up = rest.findIndex(({ state }) => state === "connected");
  const lost = rest[up < 0 ? rest.length - 1 : up - 1];
  return lost ? now - Date.parse(lost.at) : 0;
}

/** Newest first; read again whenever the live status says something else. */
function useChanges(botId: string, key: string): readonly Change[] {
  const [changes, setChanges] = useState<readonly Change[]>([]);
  const read = useEffectEvent(async () => {
    const since = new Date(Date.now() - BACK_MS).toISOString();
    try {
      const history = await call<ConnectionHistory>("GET", `/api/feishu/bots/${botId}/ws/history?since=${since}`);
      const shown = history.changes.length > 0 || !history.before ? history.changes : [history.before];
      setChanges([...shown].reverse());
    } catch (error) {
      // The next change reads it again.
      if (!(error instanceof RequestFailure)) throw error;
    }
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key is what the status amounts to.
  useEffect(() => void read(), [key, botId]);
  return changes;
}
