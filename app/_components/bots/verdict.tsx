"use client";
import Link from "next/link";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { type BotTruth, verdictOf } from "@/app/_components/bots/bot-state";
import { useFailureCause } from "@/app/_components/bots/failure-cause";
import { useCause } from "@/app/_components/overview/use-cause";

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
  const connectionCause = useCause();
  const verdict = verdictOf(bots);
  /** One cause is named; several are listed below, and none is worth more than the others. */
  const why = (kind: typeof verdict.kind, causes: number, { errorCode, failure }: BotTruth): ReactNode => {
    const known = kind === "unable" ? failure : errorCode;
    if (!known || !["failing", "reconnecting", "unable"].includes(kind)) return null;
    if (causes > 1) return t("causes", { count: causes });
    if (kind === "unable" && failure) {
      const { words, isPhrase } = causeOf(failure);
      return t.rich(isPhrase ? "because" : "for", { cause: () => words });
    }
    const words = connectionCause(errorCode);
    return words && t.rich("because", { cause: () => words });
  };
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
      const { count, causes, total, first } = verdict;
      const sentence = t.rich(verdict.kind, { count, total, others: count - 1, name: first.name, link });
      return (
        <>
          {sentence}
          {why(verdict.kind, causes, first)}
        </>
      );
    }
    case "fine":
      return t("fine", { count: verdict.count, webhook: verdict.webhook, off: verdict.off });
    default:
      return t(verdict.kind, { count: verdict.count });
  }
}
