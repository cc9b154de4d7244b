"use client";
import { useTranslations } from "next-intl";
import { useCounts } from "@/app/_components/shell/counts";
import type { PlaceName } from "@/app/_components/shell/places";

type Shown = { count: number; name: string; text: string; isBad: boolean };

/** What stands beside a place while there is something to say: bots in error, messages that failed or wait. */
export function PlaceCount({ of: place, small = false }: { of: PlaceName; small?: boolean }) {
  const shown = useShown(place);
  if (!shown) return null;
  const { count, name, text, isBad } = shown;
  const look = small
    ? `absolute -top-1.5 left-3 rounded-full px-1 leading-4 ${isBad ? "bg-bad text-bg" : "bg-track text-bg"}`
    : `ml-auto whitespace-nowrap ${isBad ? "font-semibold text-bad" : "text-ink-3"}`;
  return (
    <span className={`text-tiny ${look}`} data-count={count}>
      <span aria-hidden="true">{small ? count : text}</span>
      <span className="sr-only">{name}</span>
    </span>
  );
}

function useShown(place: PlaceName): Shown | undefined {
  const t = useTranslations("ui.shell");
  const { errors, waiting, failed } = useCounts();
  const bad = (count: number, name: string): Shown => ({ count, name, text: String(count), isBad: true });
  if (place === "bots" && errors > 0) return bad(errors, t("errors", { count: errors }));
  if (place !== "messages") return undefined;
  if (failed > 0) return bad(failed, t("failedName", { failed, waiting }));
  if (waiting === 0) return undefined;
  const count = waiting;
  return { count, name: t("waitingName", { count }), text: t("waiting", { count }), isBad: false };
}
