"use client";
import { useTranslations } from "next-intl";
import { useDuration } from "@/app/_components/messages/duration";
import { type Spending, spentOn, sumOf } from "@/app/_components/messages/spent";
import type { EventDetails } from "@/lib/events/schemas";

const COLOURS: Record<Spending, string> = {
  receiving: "bg-ok",
  waiting: "bg-warn",
  thinking: "bg-accent",
  writing: "bg-accent opacity-45",
  sending: "bg-ok opacity-60",
  failing: "bg-bad",
};

/** What the time went by, in proportion; each part is also said in words. */
export function SpentBar({ steps, isOver }: { steps: EventDetails["steps"]; isOver: boolean }) {
  const t = useTranslations("ui.trace.spent");
  const duration = useDuration();
  const spent = spentOn(steps);
  const whole = spent.reduce((sum, { ms }) => sum + ms, 0);
  if (whole === 0) return null;
  return (
    <div className="mt-2 mb-4">
      <div aria-hidden="true" className="flex h-1.5 gap-px overflow-hidden rounded-bar bg-line">
        {spent.map(({ on, ms }, index) => (
          <span
            // biome-ignore lint/suspicious/noArrayIndexKey: the same may come again.
            key={index}
            className={`min-w-0.5 forced-color-adjust-none ${COLOURS[on]}`}
            style={{ flexGrow: ms / whole, flexBasis: 0 }}
          />
        ))}
      </div>
      <p className="mt-1.5 flex flex-wrap gap-x-4 gap-y-0.5 text-small text-ink-2" data-spent="">
        {sumOf(spent).map(({ on, ms }) => (
          <span key={on} className="inline-flex items-center gap-1.5">
            <span aria-hidden="true" className={`size-2 rounded-bar forced-color-adjust-none ${COLOURS[on]}`} />
            {t(on)} <span className="text-ink-3">{duration(ms)}</span>
          </span>
        ))}
        {isOver && <span className="ml-auto font-medium">{t("whole", { time: duration(whole) })}</span>}
      </p>
    </div>
  );
}
