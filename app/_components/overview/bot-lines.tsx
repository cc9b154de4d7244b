"use client";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { LiveBot } from "@/app/_components/bots/use-bots";
import { useHeldOrder } from "@/app/_components/bots/use-held-order";
import { BotLine } from "@/app/_components/overview/bot-line";
import { Button } from "@/app/_components/parts/button";
import { Section } from "@/app/_components/parts/section";
import type { Overview } from "@/lib/overview/schemas";

const PAGE = 20;
const FIRST_LINES = 10;

type BotLinesProps = {
  /** Those that need a look first. */
  bots: readonly LiveBot[];
  /** Those whose trouble is told together. */
  grouped: ReadonlySet<string>;
  /** Those of them that have no line of their own, unless the pointer is in the list. */
  withoutLine: ReadonlySet<string>;
  /** Undefined: on its way. */
  overview: Overview | undefined;
  /** Until the page is whole: as many as fit a screen. */
  isFirst: boolean;
  noConnectionsOn?: string | undefined;
  onMoved: (botId: string, change: { useWebSocket: boolean }) => void;
};

export function BotLines({ bots, grouped, withoutLine, overview, isFirst, noConnectionsOn, onMoved }: BotLinesProps) {
  const t = useTranslations("ui.overview");
  const [shown, setShown] = useState(PAGE);
  const { shown: ids, hold } = useHeldOrder(bots.flatMap(({ bot }) => (withoutLine.has(bot.id) ? [] : [bot.id])));
  const byId = new Map(bots.map((live) => [live.bot.id, live]));
  const order = ids.flatMap((id) => byId.get(id) ?? []);
  const days = new Map(overview?.bots.map((day) => [day.botId, day]));
  const left = order.length - shown;
  if (order.length === 0) return null;
  return (
    <Section title={t("bots")} hint={t("lastDay")}>
      <ul className="border-t" {...hold}>
        {order.slice(0, isFirst ? FIRST_LINES : shown).map((live) => (
          <BotLine
            key={live.bot.id}
            live={live}
            day={days.get(live.bot.id)}
            isGrouped={grouped.has(live.bot.id)}
            overview={overview}
            noConnectionsOn={noConnectionsOn}
            onMoved={onMoved}
          />
        ))}
      </ul>
      {left > 0 && !isFirst && (
        <div className="mt-3 flex flex-wrap items-center gap-4">
          <Button onClick={() => setShown(shown + PAGE)}>{t("showMore", { count: Math.min(left, PAGE) })}</Button>
          <Link href="/bots" className="text-table text-accent-ink hover:underline">
            {t("allInTable", { count: bots.length })}
          </Link>
        </div>
      )}
    </Section>
  );
}
