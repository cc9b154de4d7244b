"use client";
import { useFormatter, useTranslations } from "next-intl";
import { useLink, useLostSince } from "@/app/_components/live/live-provider";
import { Shape } from "@/app/_components/parts/shape";

/** Says whether what is on screen arrives by itself, and if not, up to when it was true. */
export function LiveBadge() {
  const t = useTranslations("ui.live");
  const format = useFormatter();
  const link = useLink();
  const lostSince = useLostSince();
  const look = { opening: "text-ink-3", live: "text-ok", lost: "text-warn" }[link];
  const time = lostSince !== null && format.dateTime(lostSince, { timeStyle: "medium" });
  return (
    <span
      role="status"
      className={`inline-flex min-w-0 items-center gap-1.5 text-small leading-tight ${look}`}
      data-link={link}
    >
      <Shape of={link === "live" ? "dot" : link === "lost" ? "half" : "dashed"} className="size-2.5" />
      {link !== "lost" && t(link)}
      {time && (
        <span>
          {t("lost", { time })} <span className="max-wide:sr-only">{t("trying")}</span>
        </span>
      )}
    </span>
  );
}
