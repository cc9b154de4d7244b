"use client";
import { useTranslations } from "next-intl";
import { useClock } from "@/app/_components/live/clock";

const MINUTES_FROM_SECONDS = 90;

/** Counts down to the next try. */
export function NextTry({ at }: { at: string }) {
  const t = useTranslations("ui.trace");
  const left = useClock((now) => Math.max(0, Math.ceil((Date.parse(at) - now) / 1_000)));
  const [minutes, seconds] = [Math.floor(left / 60), left % 60];
  return (
    <span className="text-small text-ink-2 tabular-nums" data-next-try="">
      {left > MINUTES_FROM_SECONDS
        ? t("nextTryInMinutes", { minutes, seconds })
        : left > 0
          ? t("nextTryIn", { seconds: left })
          : t("nextTry")}
    </span>
  );
}
