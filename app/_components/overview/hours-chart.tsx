"use client";
import { useRouter } from "next/navigation";
import { useFormatter, useTranslations } from "next-intl";
import { axisOf, type CountAxis } from "@/app/_components/overview/count-axis";
import { Section } from "@/app/_components/parts/section";
import { useCursor } from "@/app/_components/parts/use-cursor";
import { HOUR_MS } from "@/lib/local-time";
import type { Overview } from "@/lib/overview/schemas";

type Hour = Overview["hours"][number];

const [BAR, GAP, HEIGHT] = [22, 6, 110];
const LABEL_EACH = 6;

/** What came in each hour of the day, how much of it was answered and what failed. */
export function HoursChart({ hours }: { hours: readonly Hour[] }) {
  const t = useTranslations("ui.overview.hours");
  const most = Math.max(...hours.map(({ received }) => received));
  return (
    <Section title={t("title")} hint={<Legend />}>
      {most > 0 ? <Chart hours={hours} most={most} /> : <p className="border-t py-8 text-ink-2">{t("none")}</p>}
    </Section>
  );
}

function Chart({ hours, most }: { hours: readonly Hour[]; most: number }) {
  const t = useTranslations("ui.overview.hours");
  const format = useFormatter();
  const router = useRouter();
  const { active, setActive, handlers } = useCursor(hours.length);
  const show = ({ from }: Hour) => {
    const since = new Date(from);
    const until = new Date(since.getTime() + HOUR_MS);
    router.push(`/messages?since=${since.toISOString()}&until=${until.toISOString()}`);
  };
  const clock = (at: string) => format.dateTime(new Date(at), { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const words = ({ from, ...counts }: Hour) => t("hour", { time: clock(from), ...counts });
  const sum = (key: "received" | "failed") => hours.reduce((total, hour) => total + hour[key], 0);
  const busiest = hours.find(({ received }) => received === most) ?? hours[0];
  const name = t("name", { total: sum("received"), failed: sum("failed"), most, time: clock(busiest?.from ?? "") });
  const hour = active === null ? undefined : hours[active];
  const axis = axisOf(most);
  return (
    <div className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-2">
      <AxisLabels {...axis} />
      <div
        role="slider"
        tabIndex={0}
        aria-label={name}
        aria-readonly="true"
        aria-valuemin={1}
        aria-valuemax={hours.length}
        aria-valuenow={(active ?? hours.length - 1) + 1}
        aria-valuetext={hour ? words(hour) : name}
        {...handlers}
        onKeyDown={(event) => (event.key === "Enter" && hour ? show(hour) : handlers.onKeyDown(event))}
        onClick={() => hour && show(hour)}
        className="cursor-pointer"
      >
        <svg
          viewBox={`0 0 ${hours.length * (BAR + GAP) - GAP} ${HEIGHT}`}
          preserveAspectRatio="none"
          className="block h-32 w-full"
          aria-hidden="true"
        >
          <AxisLines {...axis} width={hours.length * (BAR + GAP) - GAP} />
          {hours.map((each, index) => (
            <g
              key={each.from}
              onPointerEnter={() => setActive(index)}
              opacity={active === null || active === index ? 1 : 0.5}
            >
              <rect x={index * (BAR + GAP) - GAP / 2} width={BAR + GAP} height={HEIGHT} className="fill-transparent" />
              <Bar hour={each} top={axis.top} x={index * (BAR + GAP)} />
            </g>
          ))}
        </svg>
      </div>
      <div className="relative col-start-2 mt-1 h-5 text-tiny text-ink-3">
        {hour ? (
          <span className="text-small text-ink-2">
            {words(hour)} <span className="text-ink-3">{t("open")}</span>
          </span>
        ) : (
          hours.map(
            ({ from }, index) =>
              index % LABEL_EACH === 0 && (
                <span key={from} className="absolute" style={{ left: `${(index / hours.length) * 100}%` }}>
                  {clock(from)}
                </span>
              ),
          )
        )}
      </div>
    </div>
  );
}

const heightOf = (count: number, top: number) => (count / top) * (HEIGHT - 2);

/** They give the column its width: the longest is as wide as it needs to be. */
function AxisLabels({ ticks, top }: CountAxis) {
  const { number } = useFormatter();
  return (
    <div aria-hidden="true" data-axis="" className="relative h-32 text-right text-tiny text-ink-3">
      <span className="invisible">{number(top)}</span>
      {ticks.map((tick) => (
        <span
          key={tick}
          className="absolute right-0 translate-y-1/2 leading-none"
          style={{ bottom: `${(heightOf(tick, top) / HEIGHT) * 100}%` }}
        >
          {number(tick)}
        </span>
      ))}
    </div>
  );
}

const AxisLines = ({ ticks, top, width }: CountAxis & { width: number }) =>
  ticks.map((tick) => {
    const y = HEIGHT - heightOf(tick, top);
    return <path key={tick} d={`M0 ${y}H${width}`} className="stroke-line" vectorEffect="non-scaling-stroke" />;
  });

/** From the bottom: answered, failed, and what is neither. */
function Bar({ hour: { received, answered, failed }, top, x }: { hour: Hour; top: number; x: number }) {
  const scale = (count: number) => heightOf(count, top);
  const parts = [
    { count: received, look: "fill-accent opacity-30" },
    { count: answered + failed, look: "fill-bad" },
    { count: answered, look: "fill-accent" },
  ];
  return parts
    .filter(({ count }) => count > 0)
    .map(({ count, look }) => (
      <rect key={look} x={x} y={HEIGHT - scale(count)} width={BAR} height={scale(count)} className={look} />
    ));
}

function Legend() {
  const t = useTranslations("ui.overview.hours");
  const parts = [
    ["answered", "bg-accent"],
    ["failed", "bg-bad"],
    ["rest", "bg-accent opacity-30"],
  ] as const;
  return (
    <span className="flex flex-wrap gap-x-3 text-small">
      {parts.map(([name, look]) => (
        <span key={name} className="inline-flex items-center gap-1.5">
          <span aria-hidden="true" className={`size-2 rounded-bar forced-color-adjust-none ${look}`} />
          {t(name)}
        </span>
      ))}
    </span>
  );
}
