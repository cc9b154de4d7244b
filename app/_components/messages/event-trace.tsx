"use client";
import { RotateCcw } from "lucide-react";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { type ReactNode, useMemo, useState } from "react";
import { addressOfModel } from "@/app/_components/bots/failure";
import { Conversation } from "@/app/_components/messages/conversation";
import { EventMark } from "@/app/_components/messages/event-mark";
import { NextTry } from "@/app/_components/messages/next-try";
import { ReplayButton } from "@/app/_components/messages/replay-button";
import { ShareTrace } from "@/app/_components/messages/share-trace";
import { SpentBar } from "@/app/_components/messages/spent-bar";
import { Timeline } from "@/app/_components/messages/timeline";
import { type TraceLog, TraceNav } from "@/app/_components/messages/trace-nav";
import { useNames } from "@/app/_components/messages/use-names";
import { type SharedDetails, useTrace } from "@/app/_components/messages/use-trace";
import { Button, LinkButton } from "@/app/_components/parts/button";
import { CopyBox, CopyId } from "@/app/_components/parts/copy";
import { Failure } from "@/app/_components/parts/failure";
import { Notice } from "@/app/_components/parts/notice";
import { Section } from "@/app/_components/parts/section";
import { TimeAgo } from "@/app/_components/parts/time-ago";

// Few messages bring any.
const Attachments = dynamic(() =>
  import("@/app/_components/messages/attachments").then((module) => module.Attachments),
);

// Answers of models and services only.
const AnswerCalls = dynamic(() =>
  import("@/app/_components/messages/answer-calls").then((module) => module.AnswerCalls),
);

type EventTraceProps = {
  event: SharedDetails;
  botName: string;
  /** It is read by a link: nothing can be done here, and what Feishu sent is not told. */
  isShared?: boolean;
  /** The log that it was opened from. */
  log?: TraceLog | undefined;
};

/** What happened to one message, step by step, and what was answered. */
export function EventTrace({ event: initial, botName, isShared = false, log }: EventTraceProps) {
  const t = useTranslations("ui.trace");
  const { event, replay, retry, busy, failure } = useTrace(initial, isShared);
  const { id, senderId } = event;
  const asked = useMemo(() => (isShared ? [] : [{ id, senderId }]), [isShared, id, senderId]);
  const { title: sender, isNamed } = useNames(asked).get(senderId ?? "") ?? {};
  const isRetried = event.status === "pending" && event.attempts > 0;
  const isOver = event.status === "done" || event.status === "failed" || event.status === "ignored";
  return (
    <article className="grid grid-cols-1 gap-6">
      <header className="grid gap-2">
        {isShared ? (
          <p className="text-table text-ink-2">{t("sharedOf", { bot: botName })}</p>
        ) : (
          <TraceNav log={log ?? { address: `/bots/${event.botId}/messages`, isFiltered: false, query: "" }} />
        )}
        <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
          <h2>{isRetried ? t("sentence.retried", { count: event.attempts }) : t(`sentence.${event.status}`)}</h2>
          <EventMark status={event.status} />
          {isRetried && !isShared && event.nextTryAt && <NextTry at={event.nextTryAt} />}
          <TimeAgo at={event.receivedAt} className="text-small text-ink-3" />
          {!isShared && (
            <span className="ml-auto flex gap-2">
              <ShareTrace eventId={event.id} />
              {isOver && (
                <ReplayButton
                  wasAnswered={event.status === "done"}
                  sender={isNamed ? sender : undefined}
                  busy={busy}
                  replay={replay}
                />
              )}
              {isRetried && (
                <Button size="small" busy={busy} onClick={retry}>
                  {!busy && <RotateCcw className="size-3.5" aria-hidden="true" />}
                  {t("tryNow")}
                </Button>
              )}
            </span>
          )}
        </div>
        <Failure of={failure} />
        {event.error && (
          <Notice
            tone={event.status === "failed" ? "bad" : "warn"}
            action={
              event.errorModel &&
              !isShared && (
                <LinkButton size="small" href={addressOfModel(event.errorModel.id)}>
                  {t("openModel", { name: event.errorModel.name })}
                </LinkButton>
              )
            }
          >
            {event.errorModel && <b className="font-medium">{event.errorModel.name}: </b>}
            {event.error}
          </Notice>
        )}
        {!event.error && event.reasonText && <Notice tone="info">{event.reasonText}</Notice>}
      </header>
      <div className="grid grid-cols-1 items-start gap-x-12 gap-y-8 huge:grid-cols-[minmax(0,1fr)_23.75rem]">
        <Section title={t("timeline")}>
          <SpentBar steps={event.steps} isOver={isOver} />
          <Timeline event={event} />
        </Section>
        <Conversation event={event} botName={botName} sender={isNamed ? sender : undefined} />
      </div>
      {(event.quoted || event.attachments.length > 0) && <Attachments event={event} isShared={isShared} />}
      {event.calls.length > 0 && <AnswerCalls event={event} isShared={isShared} />}
      <Section title={t("ids")}>
        <dl className="grid gap-x-6 border-t text-table wide:grid-cols-2">
          <Id label={t("eventType")}>
            <code className="font-mono text-small">{event.eventType}</code>
          </Id>
          <Id label={t("source")}>{t(`sources.${event.source}`)}</Id>
          <Id label={t("eventId")} id={event.eventId} />
          <Id label={t("messageId")} id={event.messageId} />
          <Id label={t("chatId")} id={event.chatId} />
          <Id label={t("senderId")} id={event.senderId} />
        </dl>
      </Section>
      {event.payload && <RawJson payload={event.payload} />}
    </article>
  );
}

function Id({ label, id, children }: { label: string; id?: string | undefined; children?: ReactNode }) {
  if (!id && !children) return null;
  return (
    <div className="flex items-baseline justify-between gap-4 border-b py-2">
      <dt className="text-ink-3">{label}</dt>
      <dd className="min-w-0">{id ? <CopyId id={id} head={14} tail={6} /> : children}</dd>
    </div>
  );
}

/** Written out only once somebody wants to see it: it can be large. */
function RawJson({ payload }: { payload: unknown }) {
  const t = useTranslations("ui.trace");
  const [isWanted, setWanted] = useState(false);
  return (
    <details className="rounded-card border" onToggle={(event) => event.currentTarget.open && setWanted(true)}>
      <summary className="px-4 py-2.5 text-table font-medium">{t("raw")}</summary>
      {isWanted && (
        <div className="max-h-[70dvh] overflow-auto border-t p-3">
          <CopyBox value={JSON.stringify(payload, null, 2)} label={t("raw")} />
        </div>
      )}
    </details>
  );
}
