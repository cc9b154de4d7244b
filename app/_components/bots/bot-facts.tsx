"use client";
import { useFormatter, useTranslations } from "next-intl";
import { useCapped } from "@/app/_components/parts/capped";
import type { ListedBot } from "@/lib/bots/schemas";
import { MOST_FAILED_OF_BOT } from "@/lib/overview/limits";
import type { BotDay } from "@/lib/overview/schemas";

type BotFactsProps = { bot: ListedBot; day: BotDay | undefined };

/** What answers, and how the last day went, as cells of a wide table. */
export function BotFacts({ bot, day }: BotFactsProps) {
  const { number } = useFormatter();
  const capped = useCapped();
  const { answers, uptime } = useFacts({ bot, day });
  const look = "min-w-0 truncate text-small text-ink-2 max-huge:hidden";
  return (
    // biome-ignore-start lint/a11y/useSemanticElements: as in the table.
    // biome-ignore-start lint/a11y/useFocusableInteractive: the focus is on what stands in the row.
    <>
      <div role="cell" className={look} title={answers}>
        {answers}
      </div>
      <div role="cell" className={look}>
        {uptime ?? "–"}
      </div>
      <div role="cell" className={look}>
        {day ? number(day.messages) : "–"}
      </div>
      <div role="cell" className={`${look} ${day?.failed ? "text-bad" : ""}`}>
        {day ? capped(day.failed, MOST_FAILED_OF_BOT) : "–"}
      </div>
    </>
    // biome-ignore-end lint/a11y/useFocusableInteractive: as above
    // biome-ignore-end lint/a11y/useSemanticElements: as above
  );
}

/** The same in one line, where there is no room for columns. */
export function FactsLine({ bot, day }: BotFactsProps) {
  const t = useTranslations("ui.bots.facts");
  const { answers, uptime } = useFacts({ bot, day });
  return (
    // biome-ignore lint/a11y/useSemanticElements: as in the table.
    <div
      role="cell"
      className="order-5 col-start-2 col-end-[-1] min-w-0 text-small text-ink-3 wrap-anywhere huge:hidden"
    >
      {answers}
      {uptime && ` · ${t("uptime", { percent: uptime })}`}
      {day && ` · ${t("messages", { count: day.messages })}`}
      {day && day.failed > 0 && <span className="text-bad"> · {t("failed", { count: day.failed })}</span>}
    </div>
  );
}

function useFacts({ bot: { reply }, day }: BotFactsProps) {
  const t = useTranslations("ui.bots.answers");
  const { number } = useFormatter();
  const percent = day?.percent ?? null;
  return {
    answers: reply.model ?? t(reply.kind),
    uptime: percent === null ? undefined : number(percent / 100, { style: "percent", maximumFractionDigits: 1 }),
  };
}
