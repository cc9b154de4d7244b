"use client";
import { useFormatter, useTranslations } from "next-intl";
import { useClock } from "@/app/_components/live/clock";
import { Shape, type ShapeName } from "@/app/_components/parts/shape";
import { type Expiry, expiryOf } from "@/app/_components/tokens/token-state";

const LOOKS: Record<Expiry, { shape: ShapeName; colour: string }> = {
  never: { shape: "dot", colour: "text-ok" },
  valid: { shape: "dot", colour: "text-ok" },
  soon: { shape: "half", colour: "text-warn" },
  expired: { shape: "ring", colour: "text-off" },
};

/** Whether a token is still taken, as a word and a shape, and until when. */
export function ExpiryMark({ expiresAt }: { expiresAt: string | null }) {
  const t = useTranslations("ui.tokens.expiry");
  const format = useFormatter();
  const expiry = useClock((now) => expiryOf(expiresAt, now));
  const words = useClock((now) => {
    if (expiresAt === null) return t("never");
    const at = new Date(expiresAt);
    if (expiry === "valid") return t("valid", { date: format.dateTime(at, { dateStyle: "medium" }) });
    return t(expiry, { when: format.relativeTime(at, { now }) });
  });
  const { shape, colour } = LOOKS[expiry];
  return (
    <span className={`inline-flex items-center gap-1.75 whitespace-nowrap ${colour}`} data-expiry={expiry}>
      <Shape of={shape} />
      <time
        dateTime={expiresAt ?? undefined}
        title={
          expiresAt ? format.dateTime(new Date(expiresAt), { dateStyle: "medium", timeStyle: "short" }) : undefined
        }
        suppressHydrationWarning
      >
        {words}
      </time>
    </span>
  );
}
