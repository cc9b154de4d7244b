"use client";
import { Eraser, SendHorizontal, Square } from "lucide-react";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { useTrial } from "@/app/_components/bot/use-trial";
import { useDuration } from "@/app/_components/messages/duration";
import { Button, Spinner } from "@/app/_components/parts/button";
import type { TrialAnswer } from "@/lib/events/trial";

const Markdown = dynamic(() => import("@/app/_components/chat/markdown").then((module) => module.Markdown));
const Card = dynamic(() => import("@/app/_components/chat/card").then((module) => module.Card));

/** A chat with the settings as they stand in the forms. Nothing is stored, and nothing reaches Feishu. */
export function Trial({ botId, botName }: { botId: string; botName: string }) {
  const t = useTranslations("ui.replies.trial");
  const { said, growing, ask, stop, begin } = useTrial(botId);
  const end = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: whatever is new is brought into sight.
  useEffect(() => {
    const box = end.current?.parentElement;
    if (box) box.scrollTop = box.scrollHeight;
  }, [said, growing]);
  return (
    <section
      id="try"
      aria-label={t("title")}
      className="flex h-[34rem] max-h-[calc(100dvh-6rem)] flex-col overflow-hidden rounded-card border huge:sticky huge:top-16"
    >
      <header className="flex items-center gap-2 border-b px-3 py-2">
        <div className="min-w-0 flex-1">
          <h2>{t("title")}</h2>
          <p className="text-small text-pretty text-ink-3">{t("text")}</p>
        </div>
        {said.length > 0 && (
          <Button look="quiet" size="small" onClick={begin}>
            <Eraser className="size-3.5" aria-hidden="true" />
            {t("begin")}
          </Button>
        )}
      </header>
      <div role="log" aria-label={t("chat")} className="flex-1 overflow-y-auto bg-sunk p-3">
        {said.length === 0 && (
          <p className="mx-auto mt-10 max-w-[32ch] text-center text-pretty text-ink-3">
            {t("empty", { bot: botName })}
          </p>
        )}
        <ol className="grid grid-cols-1 gap-3">
          {said.map(({ key, by, text, answer, error, isStopped }) => (
            <Bubble key={key} by={by}>
              {error !== undefined && <Failed>{error || t("unreachable")}</Failed>}
              {answer && <Answered answer={answer} />}
              {isStopped && <Stopped soFar={text} />}
              {by === "person" && text}
            </Bubble>
          ))}
          {growing !== null && (
            <Bubble by="bot" isGrowing>
              {growing === "" ? (
                <span className="inline-flex items-center gap-2 text-ink-3">
                  <Spinner />
                  {t("writing")}
                </span>
              ) : (
                <Markdown source={growing} isGrowing />
              )}
            </Bubble>
          )}
        </ol>
        <div ref={end} />
      </div>
      <Writer isBusy={growing !== null} ask={ask} stop={stop} />
    </section>
  );
}

function Bubble({
  by,
  isGrowing = false,
  children,
}: {
  by: "person" | "bot";
  isGrowing?: boolean;
  children: ReactNode;
}) {
  return (
    <li
      className={`flex flex-col ${by === "bot" ? "items-start" : "items-end"}`}
      data-from={by}
      data-growing={isGrowing || undefined}
    >
      <div
        className={`max-w-[92%] min-w-0 rounded-bubble border px-3 py-2 wrap-anywhere ${by === "bot" ? "bg-bg" : "border-transparent bg-accent-soft whitespace-pre-wrap"}`}
      >
        {children}
      </div>
    </li>
  );
}

function Failed({ children }: { children: ReactNode }) {
  const t = useTranslations("ui.replies.trial");
  return (
    <p role="alert" className="text-table text-bad">
      <strong className="block font-medium">{t("failed")}</strong>
      {children}
    </p>
  );
}

/** What there was of an answer when it was stopped, as the chat would keep it. */
function Stopped({ soFar }: { soFar: string }) {
  const t = useTranslations("ui.replies.trial");
  return (
    <div className="grid gap-2">
      {soFar !== "" && <Markdown source={soFar} />}
      <p className="text-small text-ink-3">{t("stopped")}</p>
    </div>
  );
}

function Answered({ answer }: { answer: TrialAnswer }) {
  return (
    <div className="grid gap-2">
      {answer.messages.map((message, index) =>
        message.format === "card" ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: an answer does not change.
          <Card key={index} card={message.card} />
        ) : message.format === "markdown" ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: an answer does not change.
          <Markdown key={index} source={message.text} />
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: an answer does not change.
          <p key={index} className="whitespace-pre-wrap">
            {message.text}
          </p>
        ),
      )}
      {answer.silent && <p className="text-table text-ink-2">{answer.silent}</p>}
      <Figures answer={answer} />
    </div>
  );
}

function Figures({ answer: { usage, firstMs, ms } }: { answer: TrialAnswer }) {
  const t = useTranslations("ui.replies.trial");
  const duration = useDuration();
  const parts = [
    usage?.model,
    firstMs === undefined ? undefined : t("first", { time: duration(firstMs) }),
    ms > 0 ? t("whole", { time: duration(ms) }) : undefined,
    usage?.inputTokens === undefined
      ? undefined
      : t("tokens", { input: usage.inputTokens, output: usage.outputTokens ?? 0 }),
  ].filter(Boolean);
  return parts.length > 0 ? <p className="text-small text-ink-3">{parts.join(" · ")}</p> : null;
}

function Writer({ isBusy, ask, stop }: { isBusy: boolean; ask: (text: string) => void; stop: () => void }) {
  const t = useTranslations("ui.replies.trial");
  const [text, setText] = useState("");
  const field = useRef<HTMLTextAreaElement>(null);
  const submit = () => {
    if (isBusy || text.trim() === "") return;
    ask(text);
    setText("");
  };
  return (
    <div className="flex items-end gap-2 border-t bg-bg p-2">
      <textarea
        ref={field}
        data-compose
        aria-keyshortcuts="m"
        aria-label={t("message")}
        placeholder={t("placeholder")}
        rows={1}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
          event.preventDefault();
          submit();
        }}
        className="field-sizing-content max-h-32 min-h-9 w-full resize-none rounded-control border border-line-strong bg-bg px-2.5 py-1.5 placeholder:text-ink-3 max-wide:text-[1rem]"
      />
      {isBusy ? (
        <Button
          onClick={() => {
            stop();
            // The button goes away with the answer, and the focus would go with it.
            field.current?.focus();
          }}
          aria-label={t("stop")}
        >
          <Square className="size-4" aria-hidden="true" />
        </Button>
      ) : (
        <Button look="primary" onClick={submit} aria-label={t("send")}>
          <SendHorizontal className="size-4" aria-hidden="true" />
        </Button>
      )}
    </div>
  );
}
