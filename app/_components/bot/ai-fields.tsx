"use client";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { AI_DEFAULTS } from "@/app/_components/bot/reply-form";
import { Choice, TextArea, TextField, Tick } from "@/app/_components/parts/field";
import { Notice } from "@/app/_components/parts/notice";
import type { AiReply } from "@/lib/db/documents";

export type KnownModel = { id: string; name: string };

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
          defaultValue={reply?.historyMessages ?? AI_DEFAULTS.historyMessages}
          max={100}
        />
        <TextField {...number("timeoutSeconds")} defaultValue={reply?.timeoutSeconds ?? AI_DEFAULTS.timeoutSeconds} />
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
