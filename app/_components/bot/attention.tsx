"use client";
import { useFormatter, useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { useBot } from "@/app/_components/bot/bot-frame";
import { ConsoleLink } from "@/app/_components/bot/console-link";
import { addressOfModel } from "@/app/_components/bots/failure";
import { useAttentions } from "@/app/_components/bots/use-attention";
import { useClock } from "@/app/_components/live/clock";
import { LinkButton } from "@/app/_components/parts/button";
import { Notice } from "@/app/_components/parts/notice";

/** What a bot that is connected suffers from all the same, and the cure. */
export function AttentionNotice() {
  const { state, status } = useBot();
  return (
    <>
      <Suffering />
      {state === "connected" && status?.catchUpError && <Notice tone="info">{status.catchUpError}</Notice>}
    </>
  );
}

function Suffering() {
  const t = useTranslations("ui.bot.attention");
  const live = useBot();
  const [attention] = useAttentions([live]);
  if (attention === "unable") return <Unable />;
  if (attention === "shared")
    return <Notice tone="warn">{t("shared", { count: live.status?.otherConnections ?? 0 })}</Notice>;
  if (attention === "silent") return <Silence since={live.status?.silentSince ?? ""} />;
  return null;
}

function Unable() {
  const t = useTranslations("ui.bot.attention");
  const { bot, failure } = useBot();
  return (
    <Notice
      tone="bad"
      action={
        <>
          {failure?.model && (
            <LinkButton size="small" href={addressOfModel(failure.model.id)}>
              {t("openModel", { name: failure.model.name })}
            </LinkButton>
          )}
          <LinkButton size="small" href={`/bots/${bot.id}/messages?status=failed`}>
            {t("seeFailed")}
          </LinkButton>
          <LinkButton size="small" href={`/bots/${bot.id}/replies`}>
            {t("seeReplies")}
          </LinkButton>
        </>
      }
    >
      {failure ? t("unableFor", { reason: `${failure.reason} ` }) : t("unable")}
    </Notice>
  );
}

function Silence({ since }: { since: string }) {
  const t = useTranslations("ui.bot.attention");
  const { bot } = useBot();
  const duration = useDuration(since);
  const link = (page: "event" | "version") => (words: ReactNode) => (
    <ConsoleLink bot={bot} page={page}>
      {words}
    </ConsoleLink>
  );
  return (
    <Notice tone="warn">
      <p>{t("silent", { duration })}</p>
      <ol className="mt-1 list-decimal pl-5">
        <li>{t.rich("mode", { link: link("event") })}</li>
        <li>{t("event")}</li>
        <li>{t.rich("version", { link: link("version") })}</li>
      </ol>
      <p className="mt-1">{t("elseWrite", { name: bot.name })}</p>
    </Notice>
  );
}

const MINUTE_MS = 60_000;
const UNITS = [
  { unit: "day", ms: 1_440 * MINUTE_MS, from: 2 },
  { unit: "hour", ms: 60 * MINUTE_MS, from: 1 },
  { unit: "minute", ms: MINUTE_MS, from: 0 },
] as const;

function useDuration(since: string): string {
  const format = useFormatter();
  return useClock((now) => {
    const age = now - Date.parse(since);
    const { unit, ms } = UNITS.find(({ ms, from }) => age >= ms * from) ?? UNITS[2];
    return format.number(Math.floor(age / ms), { style: "unit", unit, unitDisplay: "long" });
  });
}
