"use client";
import { useTranslations } from "next-intl";
import { useLink } from "@/app/_components/live/live-provider";
import { Shape } from "@/app/_components/parts/shape";

/** Says whether what is on screen arrives by itself. */
export function LiveBadge() {
  const t = useTranslations("ui.live");
  const link = useLink();
  const look = { opening: "text-ink-3", live: "text-ok", lost: "text-warn" }[link];
  return (
    <span
      role="status"
      className={`inline-flex items-center gap-1.5 text-small whitespace-nowrap ${look}`}
      data-link={link}
    >
      <Shape of={link === "live" ? "dot" : link === "lost" ? "half" : "dashed"} className="size-2.5" />
      {t(link)}
    </span>
  );
}
