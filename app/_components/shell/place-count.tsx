"use client";
import { useTranslations } from "next-intl";
import { useCounts } from "@/app/_components/shell/counts";
import type { PlaceName } from "@/app/_components/shell/places";

/** What stands beside a place while there is something to say: bots in error, messages that wait. */
export function PlaceCount({ of: place, small = false }: { of: PlaceName; small?: boolean }) {
  const t = useTranslations("ui.shell");
  const { errors, waiting } = useCounts();
  const isErrors = place === "bots";
  const count = isErrors ? errors : place === "messages" ? waiting : 0;
  if (count === 0) return null;
  const name = isErrors ? t("errors", { count }) : t("waitingName", { count });
  const look = small
    ? `absolute -top-1.5 left-3 rounded-full px-1 leading-4 ${isErrors ? "bg-bad text-bg" : "bg-track text-bg"}`
    : `ml-auto ${isErrors ? "font-semibold text-bad" : "text-ink-3"}`;
  return (
    <span className={`text-tiny ${look}`} data-count={count}>
      <span aria-hidden="true">{isErrors || small ? count : t("waiting", { count })}</span>
      <span className="sr-only">{name}</span>
    </span>
  );
}
