"use client";
import { useTranslations } from "next-intl";
import type { SharedDetails } from "@/app/_components/messages/use-trace";
import { TimeAgo } from "@/app/_components/parts/time-ago";

/** The message and its replies as the people in the chat saw them. */
export function Conversation({ event, botName }: { event: SharedDetails; botName: string }) {
  const t = useTranslations("ui.trace");
  if (!event.text) return null;
  return (
    <section aria-label={t("conversation")} className="grid gap-3 rounded-bubble border bg-sunk p-4">
      <Bubble who={t("person")} at={event.receivedAt} text={event.text} />
      {event.replies.map((reply) => (
        <Bubble
          key={reply.messageId}
          who={reply.kind === "apology" ? t("apologyBy", { bot: botName }) : botName}
          at={reply.at}
          text={reply.text ?? t("noText")}
          own
        />
      ))}
      {event.replies.length === 0 && <p className="text-small text-ink-3">{t("noReply")}</p>}
    </section>
  );
}

function Bubble({ who, at, text, own = false }: { who: string; at: string; text: string; own?: boolean }) {
  return (
    <div>
      <p className="text-small text-ink-3">
        {who} <TimeAgo at={at} />
      </p>
      <p
        className={`mt-0.5 w-fit max-w-[92%] rounded-bubble border px-3 py-2 whitespace-pre-wrap wrap-anywhere ${own ? "border-transparent bg-accent-soft" : "bg-bg"}`}
      >
        {text}
      </p>
    </div>
  );
}
