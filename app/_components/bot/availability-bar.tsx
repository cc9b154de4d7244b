"use client";
import { useFormatter, useTranslations } from "next-intl";
import { useSpanWords } from "@/app/_components/bot/span-words";
import type { Range } from "@/app/_components/bot/use-history";
import { useCursor } from "@/app/_components/parts/use-cursor";
import type { ConnectionHistory } from "@/lib/connections/history";
import { type Span, spansOf } from "@/lib/connections/spans";

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
  changes: ConnectionHistory["changes"];
  from: string;
  to: string;
  percent: number | null;
  interruptions: number;
  range: Range;
  isNever: boolean;
};

/** Sixty spans, old to new; hover or the arrow keys tell each one's time, state and reason. */
export function AvailabilityBar({ changes, from, to, percent, interruptions, range, isNever }: AvailabilityBarProps) {
  const t = useTranslations("ui.bot.availability");
  const format = useFormatter();
  const timed = changes.map(({ at, state, reason }) => ({ at: Date.parse(at), state, reason }));
  const spans = spansOf(timed, Date.parse(from), Date.parse(to), COUNT);
  const { active, setActive, handlers } = useCursor(COUNT);
  const words = useSpanWords(t("noData"));
  const span = active === null ? undefined : spans[active];

  const name = isNever
    ? `${t("title")}: ${t("never")}`
    : percent === null
      ? t("nameUnknown", { range: t(`ranges.${range}`) })
      : t("name", {
          range: t(`ranges.${range}`),
          percent: format.number(percent, { maximumFractionDigits: 2 }),
          interruptions,
        });
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
        {...handlers}
        className="flex h-7 gap-[2px] rounded-small"
      >
        {spans.map((each, index) => (
          <span
            key={each.from}
            onPointerEnter={() => setActive(index)}
            className={`flex-1 rounded-bar forced-color-adjust-none ${COLOURS[each.state]} ${active === index ? "ring-2 ring-ink" : ""}`}
          />
        ))}
      </div>
      <div className="mt-1 flex min-h-5 justify-between gap-3 text-tiny text-ink-3">
        {span ? <span className="text-small text-ink-2">{words(span)}</span> : <span>{t(`ago.${range}`)}</span>}
        {!span && <span>{t("now")}</span>}
      </div>
    </div>
  );
}
