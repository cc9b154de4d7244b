"use client";
import Link from "next/link";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { type BotTruth, verdictOf } from "@/app/_components/bots/bot-state";
import { useFailureCause } from "@/app/_components/bots/failure-cause";

const COLOURS = {
  failing: "text-bad",
  reconnecting: "text-warn",
  connecting: "text-ink",
  unable: "text-bad",
  shared: "text-warn",
  silent: "text-warn",
};

/** The one sentence about all bots, linked to the cure. */
export function VerdictSentence({ bots }: { bots: readonly BotTruth[] }) {
  const t = useTranslations("ui.bots.verdict");
  const causeOf = useFailureCause();
  const verdict = verdictOf(bots);
  switch (verdict.kind) {
    case "failing":
    case "reconnecting":
    case "connecting":
    case "unable":
    case "shared":
    case "silent": {
      const colour = COLOURS[verdict.kind];
      const link = (words: ReactNode) => (
        <Link
          href={`/bots/${verdict.first.id}`}
          className={`${colour} underline decoration-[1.5px] underline-offset-3`}
        >
          {words}
        </Link>
      );
      const { count, total, first } = verdict;
      const sentence = t.rich(verdict.kind, { count, total, others: count - 1, name: first.name, link });
      if (verdict.kind !== "unable" || !first.failure) return sentence;
      const { words, isPhrase } = causeOf(first.failure);
      return (
        <>
          {sentence}
          {t.rich(isPhrase ? "because" : "for", { cause: () => words })}
        </>
      );
    }
    case "fine":
      return t("fine", { count: verdict.count, webhook: verdict.webhook, off: verdict.off });
    default:
      return t(verdict.kind, { count: verdict.count });
  }
}
