"use client";
import Link from "next/link";
import { useFormatter, useTranslations } from "next-intl";
import { type Column, DataTable } from "@/app/_components/parts/data-table";
import { Section } from "@/app/_components/parts/section";
import { TimeAgo } from "@/app/_components/parts/time-ago";
import type { Feedback } from "@/lib/events/feedback";

type Row = Feedback["days"][number];

const SHOWN_OPINIONS = 5;

/** What people thought of the bot's answers, by day, and the newest of it. Nothing while nobody said anything. */
export function FeedbackTable({ botId, days, newest }: Feedback & { botId: string }) {
  const t = useTranslations("ui.bot.feedback");
  const format = useFormatter();
  const columns: Column<Row>[] = [
    { label: t("date"), cell: ({ date }) => <span className="tabular-nums">{date}</span>, isName: true },
    { label: t("useful"), cell: ({ useful }) => format.number(useful) },
    { label: t("notUseful"), cell: ({ notUseful }) => format.number(notUseful) },
  ];
  return (
    <Section title={t("title")} hint={t("hint")}>
      <div className="grid grid-cols-1 items-start gap-x-9 gap-y-6 huge:grid-cols-2">
        <DataTable label={t("title")} columns={columns} rows={days} keyOf={({ date }) => date} />
        <ul className="border-t" aria-label={t("newest")}>
          {newest.slice(0, SHOWN_OPINIONS).map(({ at, useful, userId, eventId, question }) => (
            <li
              key={`${at} ${userId} ${eventId}`}
              className="grid grid-cols-[5.25rem_minmax(0,1fr)_auto] items-center gap-x-4 border-b py-2 text-table"
            >
              <TimeAgo at={at} className="text-small text-ink-3" />
              {eventId ? (
                <Link
                  prefetch={false}
                  href={`/bots/${botId}/messages/${eventId}`}
                  className="truncate text-ink hover:underline"
                >
                  {question ?? t("noText")}
                </Link>
              ) : (
                <span className="truncate text-ink-3">{t("gone")}</span>
              )}
              <span className={useful ? "text-ok" : "text-warn"}>{t(useful ? "useful" : "notUseful")}</span>
            </li>
          ))}
        </ul>
      </div>
    </Section>
  );
}
