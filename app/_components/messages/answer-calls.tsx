"use client";
import Link from "next/link";
import { useFormatter, useTranslations } from "next-intl";
import { type ReactNode, useState } from "react";
import { addressOfModel } from "@/app/_components/bots/failure";
import { useDuration } from "@/app/_components/messages/duration";
import type { SharedDetails } from "@/app/_components/messages/use-trace";
import { CopyButton } from "@/app/_components/parts/copy";
import { Section } from "@/app/_components/parts/section";
import type { EventPrompt } from "@/lib/events/schemas";

type Call = SharedDetails["calls"][number];

/** What a model or a service was asked, how long it took, and what it thought; the last two for whom they are meant only. */
export function AnswerCalls({ event, isShared }: { event: SharedDetails; isShared: boolean }) {
  const t = useTranslations("ui.trace.calls");
  const { calls, prompt, thoughts } = event;
  return (
    <Section title={t(calls.some(({ modelId }) => modelId) ? "model" : "service")}>
      <ul className="border-t">
        {calls.map((call) => (
          <CallRow key={`${call.at} ${call.name}`} call={call} isShared={isShared} />
        ))}
      </ul>
      {(prompt || thoughts) && (
        <div className="mt-3 grid gap-2">
          {prompt && (
            <Folded title={t("prompt")} hint={t("messages", { count: prompt.messages.length + (prompt.omitted ?? 0) })}>
              {() => <Prompt prompt={prompt} />}
            </Folded>
          )}
          {thoughts && (
            <Folded title={t("thoughts")}>
              {() => (
                <Words label={t("copyThoughts")} copied={thoughts}>
                  {thoughts}
                </Words>
              )}
            </Folded>
          )}
        </div>
      )}
    </Section>
  );
}

function CallRow({ call, isShared }: { call: Call; isShared: boolean }) {
  const { name, modelId, ms, firstTokenMs, inputTokens, outputTokens, error } = call;
  const t = useTranslations("ui.trace.calls");
  const format = useFormatter();
  const duration = useDuration();
  const facts: [string, string | undefined][] = [
    [t("input"), inputTokens === undefined ? undefined : t("tokens", { count: format.number(inputTokens) })],
    [t("output"), outputTokens === undefined ? undefined : t("tokens", { count: format.number(outputTokens) })],
    [t("first"), firstTokenMs === undefined ? undefined : duration(firstTokenMs)],
    [t("whole"), duration(ms)],
  ];
  return (
    <li className="flex flex-wrap items-baseline gap-x-6 gap-y-1 border-b py-2 text-table" data-call={name}>
      <span className="min-w-0 font-medium wrap-anywhere">
        {modelId && !isShared ? (
          <Link href={addressOfModel(modelId)} prefetch={false} className="hover:text-accent-ink hover:underline">
            {name}
          </Link>
        ) : (
          name
        )}
      </span>
      <dl className="flex flex-wrap gap-x-5 gap-y-1 text-small">
        {facts.map(
          ([label, value]) =>
            value !== undefined && (
              <div key={label} className="flex gap-1.5">
                <dt className="text-ink-3">{label}</dt>
                <dd className="text-ink-2 tabular-nums">{value}</dd>
              </div>
            ),
        )}
      </dl>
      {error && <p className="basis-full text-small text-pretty text-bad wrap-anywhere">{error}</p>}
    </li>
  );
}

/** Written out only once somebody wants to see it: it can be large. */
function Folded({ title, hint, children }: { title: string; hint?: string; children: () => ReactNode }) {
  const [isWanted, setWanted] = useState(false);
  return (
    <details className="rounded-card border" onToggle={(event) => event.currentTarget.open && setWanted(true)}>
      <summary className="px-4 py-2.5 text-table font-medium">
        {title} {hint && <span className="font-normal text-ink-3">{hint}</span>}
      </summary>
      {isWanted && children()}
    </details>
  );
}

function Prompt({ prompt: { messages, omitted } }: { prompt: EventPrompt }) {
  const t = useTranslations("ui.trace.calls");
  const asJson = JSON.stringify(
    messages.map(({ role, text }) => ({ role, content: text })),
    null,
    2,
  );
  const first = messages[0]?.role === "system" ? 1 : 0;
  return (
    <Words label={t("copyPrompt")} copied={asJson}>
      <ol className="grid gap-3">
        {messages.map(({ role, text, isCut }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the same may be said again.
          <li key={index} className="grid gap-0.5">
            {omitted !== undefined && index === first && <Note>{t("omitted", { count: omitted })}</Note>}
            <span className="font-sans text-small font-medium text-ink-3">{t(`roles.${role}`)}</span>
            <span>{text}</span>
            {isCut && <Note>{t("cut")}</Note>}
          </li>
        ))}
      </ol>
    </Words>
  );
}

const Note = ({ children }: { children: ReactNode }) => (
  <span className="font-sans text-small text-ink-3 italic">{children}</span>
);

function Words({ label, copied, children }: { label: string; copied: string; children: ReactNode }) {
  return (
    <div className="relative border-t">
      <div className="absolute top-2 right-4 z-1">
        <CopyButton value={copied} label={label} />
      </div>
      <div
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled with the keyboard.
        tabIndex={0}
        className="max-h-[60dvh] overflow-auto p-4 pr-12 font-mono text-small whitespace-pre-wrap wrap-anywhere"
      >
        {children}
      </div>
    </div>
  );
}
