"use client";
import { Plus } from "lucide-react";
import Link from "next/link";
import { useLocale, useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { useFailureCause } from "@/app/_components/bots/failure-cause";
import { useClockTime } from "@/app/_components/overview/clock-time";
import { useCause } from "@/app/_components/overview/use-cause";
import { type OverviewVerdict, overviewVerdict, type Seen } from "@/app/_components/overview/verdict";
import { LinkButton } from "@/app/_components/parts/button";
import { PageHead } from "@/app/_components/parts/page-head";

const COLOURS = {
  error: "text-bad",
  reconnecting: "text-warn",
  connecting: "text-ink",
  unable: "text-bad",
  shared: "text-warn",
  silent: "text-warn",
};

/** "5 of 6 bots are online. HR Helper cannot connect: Feishu refuses its App Secret." */
export function VerdictHead({ bots, failed }: { bots: readonly Seen[]; failed: number }) {
  const t = useTranslations("ui.overview.verdict");
  const add = useTranslations("ui.bots")("add");
  const verdict = overviewVerdict(bots);
  const { up, total, off, first, more } = verdict;
  const clock = useClockTime();
  const all = total === 0 ? t("allOff", { total: off }) : t(up === total ? "all" : "answer", { up, total });
  const since = verdict.since && total > 0 && t(first ? "elseSince" : "since", { time: clock(verdict.since) });
  const gap = useLocale() === "zh-CN" ? "" : " ";
  const facts = [since, off > 0 && total > 0 && t("off", { count: off })].filter(Boolean);
  return (
    <PageHead
      title={
        <>
          {all}
          {first && gap}
          {first && <Cure first={first} />}
          {more > 0 && `${gap}${t("more", { count: more })}`}
        </>
      }
      sub={
        (facts.length > 0 || failed > 0) && (
          <>
            {facts.join(gap)}
            {facts.length > 0 && failed > 0 && gap}
            {failed > 0 && (
              <Link href="/messages?status=failed" prefetch={false} className="underline underline-offset-2">
                {t("failed", { count: failed })}
              </Link>
            )}
          </>
        )
      }
      action={
        <LinkButton look="primary" href="/bots/new">
          <Plus className="size-4" aria-hidden="true" />
          {add}
        </LinkButton>
      }
    />
  );
}

function Cure({ first: { bot, kind, cause, others } }: { first: NonNullable<OverviewVerdict["first"]> }) {
  const t = useTranslations("ui.overview.verdict");
  const words = useCause()(cause);
  const causeOf = useFailureCause();
  const { name } = bot;
  const look = `${COLOURS[kind]} underline decoration-[1.5px] underline-offset-3`;
  if (kind === "unable" && bot.failure) {
    const { words, isPhrase } = causeOf(bot.failure);
    const log = (text: ReactNode) => (
      <Link href={`/bots/${bot.id}`} className={look}>
        {text}
      </Link>
    );
    return t.rich(isPhrase ? "unableBecause" : "unableFor", { name, others, bot: log, cause: () => words });
  }
  const sentence = () => {
    if (kind !== "error" && kind !== "reconnecting") return t(kind, { name });
    if (!words) return t(`${kind}Only`, { name });
    return others > 0 ? t(`${kind}Together`, { name, others, cause: words }) : t(kind, { name, cause: words });
  };
  return (
    <Link href={`/bots/${bot.id}`} className={look}>
      {sentence()}
    </Link>
  );
}
