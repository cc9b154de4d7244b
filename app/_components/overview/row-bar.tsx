"use client";
import { useFormatter, useTranslations } from "next-intl";
import { useSpanWords } from "@/app/_components/bot/span-words";
import { useCursor } from "@/app/_components/parts/use-cursor";
import type { Span } from "@/lib/connections/spans";
import type { BotDay, Overview } from "@/lib/overview/schemas";

const COLOURS: Record<Span["state"], string> = {
  none: "fill-line",
  disconnected: "fill-track opacity-60",
  connected: "fill-ok",
  connecting: "fill-busy",
  reconnecting: "fill-warn",
  error: "fill-bad",
};

const COUNT = 60;
const [WIDTH, GAP, HEIGHT] = [6, 2, 20];

type RowBarProps = { bot: string; day: BotDay; overview: Overview; isNever: boolean };

/** A bot's last day in a row: sixty spans in one drawing, so that two hundred of them are light. */
export function RowBar({ bot, day, overview, isNever }: RowBarProps) {
  const t = useTranslations("ui.overview.bar");
  const format = useFormatter();
  const words = useSpanWords(t("noData"));
  const { active, setActive, handlers } = useCursor(COUNT);
  const spans = unfold(day.spans, overview);
  const span = active === null ? undefined : spans[active];
  const percent = day.percent !== null && format.number(day.percent, { maximumFractionDigits: 2 });
  const nameOfKnown = isNever
    ? t("never", { bot })
    : percent && t("name", { bot, percent, interruptions: day.interruptions });
  const name = nameOfKnown || t("nameUnknown", { bot });
  return (
    <div
      role="slider"
      tabIndex={0}
      aria-label={name}
      aria-readonly="true"
      aria-valuemin={1}
      aria-valuemax={COUNT}
      aria-valuenow={(active ?? COUNT - 1) + 1}
      aria-valuetext={span ? words(span) : name}
      data-tip={span && words(span)}
      className="tip h-5"
      {...handlers}
      onPointerMove={({ currentTarget, clientX }) => {
        const { left, width } = currentTarget.getBoundingClientRect();
        setActive(Math.min(COUNT - 1, Math.max(0, Math.floor(((clientX - left) / width) * COUNT))));
      }}
    >
      <svg
        viewBox={`0 0 ${COUNT * WIDTH - GAP} ${HEIGHT}`}
        preserveAspectRatio="none"
        className="block size-full"
        aria-hidden="true"
      >
        {pathsOf(spans).map(([state, path]) => (
          <path key={state} d={path} className={COLOURS[state]} />
        ))}
        {active !== null && <rect x={active * WIDTH} width={WIDTH - GAP} height={HEIGHT} className="fill-ink" />}
      </svg>
    </div>
  );
}

function unfold(runs: BotDay["spans"], overview: Overview): Span[] {
  const from = Date.parse(overview.from);
  const length = (Date.parse(overview.to) - from) / COUNT;
  const sentence = (reason: number | undefined) => (reason === undefined ? undefined : overview.reasons[reason]);
  return runs
    .flatMap(({ count, state, reason }) => Array.from({ length: count }, () => ({ state, reason: sentence(reason) })))
    .map((span, index) => ({ ...span, from: from + index * length, to: from + (index + 1) * length }));
}

function pathsOf(spans: readonly Span[]): [Span["state"], string][] {
  const paths = new Map<Span["state"], string>();
  spans.forEach(({ state }, index) => {
    paths.set(state, `${paths.get(state) ?? ""}M${index * WIDTH} 0h${WIDTH - GAP}v${HEIGHT}h-${WIDTH - GAP}z`);
  });
  return [...paths];
}
