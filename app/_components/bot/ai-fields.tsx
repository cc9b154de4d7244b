"use client";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { Choice, TextArea, TextField, Tick } from "@/app/_components/parts/field";
import { Notice } from "@/app/_components/parts/notice";
import type { ReplyChange } from "@/lib/bots/reply";
import type { AiReply } from "@/lib/db/documents";

export type KnownModel = { id: string; name: string };

const DEFAULTS = { historyMessages: 20, timeoutSeconds: 60 };

/** What the fields below send; an empty one takes the value away, or begins anew with the usual one. */
export function aiChange(form: FormData): ReplyChange {
  const text = (name: string) => String(form.get(name) ?? "").trim();
  const number = (name: string) => (text(name) === "" ? null : Number(text(name)));
  return {
    modelId: text("modelId"),
    fallbackModelId: text("fallbackModelId") || null,
    systemPrompt: text("systemPrompt") || null,
    historyMessages: number("historyMessages") ?? DEFAULTS.historyMessages,
    timeoutSeconds: number("timeoutSeconds") ?? DEFAULTS.timeoutSeconds,
    stream: form.get("stream") === "on",
    temperature: number("temperature"),
    maxTokens: number("maxTokens"),
  };
}

type AiFieldsProps = { reply: AiReply | undefined; models: KnownModel[]; errors: Record<string, string> };

/** How a model answers for the bot. */
export function AiFields({ reply, models, errors }: AiFieldsProps) {
  const t = useTranslations("ui.settings.ai");
  if (models.length === 0 && !reply) {
    return (
      <Notice tone="info">
        {t.rich("noModels", {
          link: (words) => (
            <Link href="/models" className="text-accent-ink underline underline-offset-2">
              {words}
            </Link>
          ),
        })}
      </Notice>
    );
  }
  // A model that an administrator chose may be none of the reader's own.
  const options = (chosen: string | undefined) => [
    ...(chosen && models.every(({ id }) => id !== chosen) ? [{ value: chosen, text: t("foreignModel") }] : []),
    ...models.map(({ id, name }) => ({ value: id, text: name })),
  ];
  const number = (name: "historyMessages" | "timeoutSeconds" | "temperature" | "maxTokens") => ({
    name,
    type: "number",
    label: t(name),
    hint: t(`${name}Hint`),
    error: errors[`reply.${name}`],
    inputMode: name === "temperature" ? ("decimal" as const) : ("numeric" as const),
    step: name === "temperature" ? "0.1" : "1",
    min: 0,
  });
  return (
    <>
      <Choice
        name="modelId"
        label={t("modelId")}
        defaultValue={reply?.modelId}
        error={errors["reply.modelId"]}
        options={options(reply?.modelId)}
      />
      <TextArea
        name="systemPrompt"
        rows={6}
        label={t("systemPrompt")}
        hint={t("systemPromptHint", {
          names: "{{botName}} {{senderName}} {{chatName}} {{date}}",
        })}
        defaultValue={reply?.systemPrompt}
        error={errors["reply.systemPrompt"]}
      />
      <Tick
        name="stream"
        value="on"
        label={t("stream")}
        hint={t("streamHint")}
        defaultChecked={reply?.stream ?? true}
      />
      <div className="grid gap-4 wide:grid-cols-2">
        <TextField
          {...number("historyMessages")}
          defaultValue={reply?.historyMessages ?? DEFAULTS.historyMessages}
          max={100}
        />
        <TextField {...number("timeoutSeconds")} defaultValue={reply?.timeoutSeconds ?? DEFAULTS.timeoutSeconds} />
        <TextField {...number("temperature")} defaultValue={reply?.temperature} max={2} />
        <TextField {...number("maxTokens")} defaultValue={reply?.maxTokens} />
      </div>
      <Choice
        name="fallbackModelId"
        label={t("fallbackModelId")}
        hint={t("fallbackModelIdHint")}
        defaultValue={reply?.fallbackModelId ?? ""}
        error={errors["reply.fallbackModelId"]}
        options={[{ value: "", text: t("noFallback") }, ...options(reply?.fallbackModelId)]}
      />
    </>
  );
}
