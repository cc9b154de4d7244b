"use client";
import dynamic from "next/dynamic";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { AttentionNotice } from "@/app/_components/bot/attention";
import { AvailabilityBar } from "@/app/_components/bot/availability-bar";
import { useBot } from "@/app/_components/bot/bot-frame";
import { ChangeList } from "@/app/_components/bot/change-list";
import { Doctor } from "@/app/_components/bot/doctor";
import { Facts } from "@/app/_components/bot/facts";
import { useDoctor } from "@/app/_components/bot/use-doctor";
import { RANGES, type Range, useHistory } from "@/app/_components/bot/use-history";
import { useAttentions } from "@/app/_components/bots/use-attention";
import { MessageRow } from "@/app/_components/messages/message-row";
import { useNewestEvents } from "@/app/_components/messages/use-newest-events";
import { Section } from "@/app/_components/parts/section";
import { Segments } from "@/app/_components/parts/segments";
import type { ConnectionHistory } from "@/lib/connections/history";
import type { Feedback } from "@/lib/events/feedback";
import type { Event } from "@/lib/events/schemas";
import type { Usage } from "@/lib/events/usage";

// Not every bot shows them.
const UsageTable = dynamic(() => import("@/app/_components/bot/usage-table").then((module) => module.UsageTable));
const FeedbackTable = dynamic(() =>
  import("@/app/_components/bot/feedback-table").then((module) => module.FeedbackTable),
);
const FirstSteps = dynamic(() => import("@/app/_components/bot/first-steps").then((module) => module.FirstSteps));

const SHOWN_EVENTS = 5;
const RANGE_NAMES = Object.keys(RANGES) as Range[];

/** A bot at a glance: its first steps while it has none behind it, then how it has been and what it last received. */
export function BotOverview({
  history: initial,
  events: firstEvents,
  usage,
  feedback,
}: {
  history: ConnectionHistory;
  events: Event[];
  usage: Usage;
  feedback: Feedback;
}) {
  const t = useTranslations("ui.bot");
  const live = useBot();
  const { bot } = live;
  const { history, range, wanted, setRange } = useHistory(initial);
  const events = useNewestEvents(bot.id, firstEvents, SHOWN_EVENTS);
  const { availability } = history;
  const changes = history.before ? [history.before, ...history.changes] : history.changes;
  const lastAnswered = bot.reply.kind === "none" ? undefined : events.find((event) => event.status === "done");
  const wasConnected = bot.useWebSocket || changes.length > 0;
  const isNever = live.status?.neverConnected === true;
  const doctor = useDoctor(bot.id);
  const [attention] = useAttentions([live]);
  // Once all is ticked it stays until the page is left.
  const [guide, setGuide] = useState<"new" | "asked" | null>(firstEvents.length === 0 ? "new" : null);
  // A notice names what is missing then.
  const showsSteps = bot.enabled && (guide === "asked" || (guide === "new" && attention !== "silent"));
  return (
    <div className="grid grid-cols-1 gap-9">
      <AttentionNotice />
      {showsSteps && <FirstSteps events={events} doctor={doctor} />}
      {wasConnected && (
        <Section
          title={t("availability.title")}
          hint={
            isNever
              ? t("availability.never")
              : availability.percent === null
                ? t("availability.unknown", { range: t(`availability.ranges.${range}`) })
                : t("availability.sum", {
                    range: t(`availability.ranges.${range}`),
                    percent: availability.percent,
                    interruptions: availability.interruptions,
                  })
          }
          action={
            <Segments
              label={t("availability.title")}
              value={wanted}
              onChange={setRange}
              options={RANGE_NAMES.map((value) => ({ value, text: t(`availability.short.${value}`) }))}
            />
          }
        >
          <AvailabilityBar changes={changes} {...availability} range={range} isNever={isNever} />
        </Section>
      )}
      <Facts lastReply={lastAnswered?.finishedAt} />
      <div className="grid grid-cols-1 gap-9 empty:hidden huge:grid-cols-[1.5fr_1fr]">
        {events.length > 0 && (
          <Section
            title={t("latestMessages")}
            action={
              <Link href={`/bots/${bot.id}/messages`} className="text-table text-accent-ink hover:underline">
                {t("allMessages")}
              </Link>
            }
          >
            <ul className="border-t">
              {events.map((event) => (
                <MessageRow key={event.id} event={event} compact />
              ))}
            </ul>
          </Section>
        )}
        {history.changes.length > 0 && (
          <ChangeList changes={history.changes} range={t(`availability.ranges.${range}`)} />
        )}
      </div>
      {usage.days.length > 0 && <UsageTable {...usage} />}
      {feedback.days.length > 0 && <FeedbackTable botId={bot.id} {...feedback} />}
      <Doctor doctor={doctor} onGuide={showsSteps ? undefined : () => setGuide("asked")} />
    </div>
  );
}
