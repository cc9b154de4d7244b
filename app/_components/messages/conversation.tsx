"use client";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { useShownText } from "@/app/_components/messages/use-shown-text";
import type { SharedDetails } from "@/app/_components/messages/use-trace";
import { TimeAgo } from "@/app/_components/parts/time-ago";

const Markdown = dynamic(() => import("@/app/_components/chat/markdown").then((module) => module.Markdown));

/** Models write Markdown, and services mostly; an echo is the words themselves. */
const isMarkdown = ({ model, text = "", kind }: SharedDetails["replies"][number], asked: string | undefined): boolean =>
  kind === "answer" && (model !== undefined || (text !== asked && /\*\*|```|^\s*(#|[-*]\s|\d+\.\s)|\]\(/m.test(text)));

type ConversationProps = {
  event: SharedDetails;
  botName: string;
  /** What the person is called, where it is told. */
  sender?: string | undefined;
};

/** The message and its replies as the people in the chat saw them. */
export function Conversation({ event, botName, sender }: ConversationProps) {
  const t = useTranslations("ui.trace");
  const shown = useShownText();
  if (!event.text) return null;
  return (
    <section aria-label={t("conversation")} className="grid gap-3 rounded-bubble border bg-sunk p-4">
      <Bubble who={sender ?? t("person")} at={event.receivedAt} text={shown(event.text)} />
      {event.replies.map((reply) => (
        <Bubble
          key={`${reply.kind} ${reply.messageId}`}
          who={reply.kind === "apology" ? t("apologyBy", { bot: botName }) : botName}
          at={reply.at}
          text={reply.text ?? t("noText")}
          isMarkdown={isMarkdown(reply, event.text)}
          below={
            reply.useful === undefined
              ? undefined
              : t("opinions", { useful: reply.useful, notUseful: reply.notUseful ?? 0 })
          }
          own
        />
      ))}
      {event.replies.length === 0 && <p className="text-small text-ink-3">{t("noReply")}</p>}
    </section>
  );
}

type BubbleProps = {
  who: string;
  at: string;
  text: string;
  below?: string | undefined;
  isMarkdown?: boolean;
  own?: boolean;
};

function Bubble({ who, at, text, below, isMarkdown = false, own = false }: BubbleProps) {
  return (
    <div>
      <p className="text-small text-ink-3">
        {who} <TimeAgo at={at} />
      </p>
      <div
        className={`mt-0.5 w-fit max-w-[92%] rounded-bubble border px-3 py-2 wrap-anywhere ${isMarkdown ? "" : "whitespace-pre-wrap"} ${own ? "border-transparent bg-accent-soft" : "bg-bg"}`}
      >
        {isMarkdown ? <Markdown source={text} /> : text}
      </div>
      {below && <p className="mt-0.5 text-small text-ink-3">{below}</p>}
    </div>
  );
}
