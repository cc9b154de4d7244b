"use client";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import type { ShownState } from "@/app/_components/bots/bot-state";
import { useClock } from "@/app/_components/live/clock";
import { Shape, type ShapeName } from "@/app/_components/parts/shape";
import type { ConnectionStatus } from "@/lib/connections/status";

const LOOKS: Record<ShownState, { shape: ShapeName; colour: string }> = {
  connected: { shape: "dot", colour: "text-ok" },
  connecting: { shape: "dashed", colour: "text-busy" },
  reconnecting: { shape: "half", colour: "text-warn" },
  error: { shape: "triangle", colour: "text-bad" },
  off: { shape: "ring", colour: "text-off" },
  webhook: { shape: "diamond", colour: "text-hook" },
};

type StateMarkProps = {
  state: ShownState;
  status?: ConnectionStatus | undefined;
  detail?: ReactNode;
  /** Set for a state of the past: it does not pulse, and tries nothing again. */
  isPast?: boolean;
};

/** A state as a word, a shape and a colour, with when it tries again. */
export function StateMark({ state, status, detail, isPast = false }: StateMarkProps) {
  const t = useTranslations("ui.state");
  const { shape, colour } = LOOKS[state];
  const retry = useRetry(isPast ? undefined : state, status);
  return (
    <span className={`inline-flex items-center gap-1.75 text-table ${colour}`} data-state={state}>
      <Shape of={shape} className={`size-3 ${state === "connecting" && !isPast ? "animate-breathe" : ""}`} />
      <span>
        <span className="font-medium">{t(state)}</span>
        {(retry || detail) && <span className="text-small"> {retry || detail}</span>}
      </span>
    </span>
  );
}

const MINUTES_FROM_SECONDS = 90;

function useRetry(state: ShownState | undefined, status: ConnectionStatus | undefined): string {
  const t = useTranslations("ui.state");
  const at = status?.nextRetryAt ? Date.parse(status.nextRetryAt) : 0;
  const seconds = useClock((now) => (at ? Math.max(0, Math.ceil((at - now) / 1000)) : 0));
  if (state === "reconnecting") {
    const attempt = status?.reconnectAttempt ?? 1;
    return seconds > 0 ? t("retryIn", { seconds, attempt }) : t("retrying", { attempt });
  }
  if (state !== "error" || !at) return "";
  if (seconds > MINUTES_FROM_SECONDS) return t("triesAgainInMinutes", { minutes: Math.ceil(seconds / 60) });
  return seconds > 0 ? t("triesAgainIn", { seconds }) : t("triesAgain");
}
