"use client";
import { useFormatter, useLocale, useTranslations } from "next-intl";
import { useState } from "react";
import { type Change, type Span, spansOf } from "@/app/_components/bot/spans";

const COUNT = 60;

const COLOURS: Record<Span["state"], string> = {
  none: "bg-line",
  disconnected: "bg-track opacity-60",
  connected: "bg-ok",
  connecting: "bg-busy",
  reconnecting: "bg-warn",
  error: "bg-bad",
};

type AvailabilityBarProps = {
  changes: readonly Change[];
  from: string;
  to: string;
  percent: number | null;
  interruptions: number;
};

/** Sixty spans, old to new; hover or the arrow keys tell each one's time, state and reason. */
export function AvailabilityBar({ changes, from, to, percent, interruptions }: AvailabilityBarProps) {
  const t = useTranslations("ui.bot.availability");
  const format = useFormatter();
  const spans = spansOf(changes, Date.parse(from), Date.parse(to), COUNT);
  const [active, setActive] = useState<number | null>(null);
  const words = useSpanWords();
  const span = active === null ? undefined : spans[active];

  const move = (event: React.KeyboardEvent) => {
    const last = COUNT - 1;
    const at = active ?? COUNT;
    const targets: Record<string, number> = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: last };
    const target = targets[event.key];
    if (target === undefined) return;
    event.preventDefault();
    setActive(Math.min(last, Math.max(0, target)));
  };

  const name =
    percent === null
      ? t("nameUnknown")
      : t("name", { percent: format.number(percent, { maximumFractionDigits: 2 }), interruptions });
  return (
    <div>
      <div
        role="slider"
        tabIndex={0}
        aria-label={name}
        aria-readonly="true"
        aria-valuemin={1}
        aria-valuemax={COUNT}
        aria-valuenow={(active ?? COUNT - 1) + 1}
        aria-valuetext={span ? words(span) : name}
        onKeyDown={move}
        onBlur={() => setActive(null)}
        onPointerLeave={() => setActive(null)}
        className="flex h-7 gap-[2px] rounded-small"
      >
        {spans.map((each, index) => (
          <span
            key={each.from}
            onPointerEnter={() => setActive(index)}
            className={`flex-1 rounded-bar ${COLOURS[each.state]} ${active === index ? "ring-2 ring-ink" : ""}`}
          />
        ))}
      </div>
      <div className="mt-1 flex min-h-5 justify-between gap-3 text-tiny text-ink-3">
        {span ? <span className="text-small text-ink-2">{words(span)}</span> : <span>{t("dayAgo")}</span>}
        {!span && <span>{t("now")}</span>}
      </div>
    </div>
  );
}

function useSpanWords(): (span: Span) => string {
  const t = useTranslations("ui.bot.availability");
  const states = useTranslations("ui.state");
  const locale = useLocale();
  return (span) => {
    const clock = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" });
    const time = clock.formatRange(span.from, span.to);
    const state = span.state === "none" ? t("noData") : states(span.state === "disconnected" ? "off" : span.state);
    return [time, state, span.reason].filter(Boolean).join(" · ");
  };
}
