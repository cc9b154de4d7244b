"use client";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { useBot } from "@/app/_components/bot/bot-frame";
import { TimeAgo } from "@/app/_components/parts/time-ago";

/** The figures of a connection; what is not known has no place. */
export function Facts({ lastReply }: { lastReply: string | undefined }) {
  const t = useTranslations("ui.bot.facts");
  const { state, status, lastEventAt } = useBot();
  // What was answered just now comes before the status that tells of it.
  const lastReplyAt = [lastReply, status?.lastReplyAt].reduce((a, b) => ((a ?? "") > (b ?? "") ? a : b));
  const facts: [string, ReactNode][] = [];
  if (state === "connected" && status?.connectedAt)
    facts.push([t("connectedSince"), <TimeAgo key="c" at={status.connectedAt} />]);
  if (status?.lastHeartbeat) facts.push([t("lastHeartbeat"), <TimeAgo key="h" at={status.lastHeartbeat} />]);
  facts.push([t("lastEvent"), lastEventAt ? <TimeAgo key="e" at={lastEventAt} /> : t("never")]);
  if (lastReplyAt) facts.push([t("lastReply"), <TimeAgo key="r" at={lastReplyAt} />]);
  if (state === "connected" && status?.instance) facts.push([t("instance"), <code key="i">{status.instance}</code>]);
  return (
    <dl className="grid grid-cols-2 border-y wide:flex">
      {facts.map(([label, value]) => (
        <div
          key={label}
          className="min-w-0 flex-1 border-line px-4 py-3 wide:border-l wide:first:border-l-0 wide:first:pl-0 max-wide:px-0"
        >
          <dt className="text-small text-ink-3">{label}</dt>
          <dd className="truncate text-heading font-medium has-[.tip:hover]:overflow-visible has-[.tip:focus]:overflow-visible [&_code]:font-mono [&_code]:text-table [&_code]:font-normal">
            {value}
          </dd>
        </div>
      ))}
    </dl>
  );
}
