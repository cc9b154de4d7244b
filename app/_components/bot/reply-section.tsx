"use client";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { AiFields, type KnownModel } from "@/app/_components/bot/ai-fields";
import { BotForm } from "@/app/_components/bot/bot-form";
import { HttpReplyFields } from "@/app/_components/bot/http-reply-fields";
import { aiChange, httpChange } from "@/app/_components/bot/reply-form";
import { ChoiceCards } from "@/app/_components/parts/choice-cards";
import type { ReplyChange } from "@/lib/bots/reply";
import type { Bot } from "@/lib/bots/schemas";

type Kind = Bot["reply"]["kind"];

const KINDS = ["ai", "http", "echo", "none"] as const satisfies Kind[];

/** What a kind with fields of its own sends of the form, beside its name. */
const CHANGES: Partial<Record<Kind, (form: FormData) => ReplyChange>> = { ai: aiChange, http: httpChange };

const FIELDS = [
  "kind",
  "modelId",
  "systemPrompt",
  "historyMessages",
  "temperature",
  "maxTokens",
  "timeoutSeconds",
  "url",
  "secret",
  "protocol",
  "agentId",
  "mentionAll",
];

type ReplySectionProps = { bot: Bot; models: KnownModel[] };

/** Who answers for the bot. */
export function ReplySection({ bot, models }: ReplySectionProps) {
  const t = useTranslations("ui.settings");
  return (
    <BotForm
      bot={bot}
      id="replies"
      title={t("replies")}
      text={t("repliesText")}
      fields={FIELDS.map((name) => `reply.${name}`)}
      change={(form) => {
        const kind = form.get("kind") as Kind;
        return { reply: { kind, ...CHANGES[kind]?.(form) } };
      }}
    >
      {(errors, saves) => <ReplyFields key={saves} bot={bot} models={models} errors={errors} />}
    </BotForm>
  );
}

function ReplyFields({ bot, models, errors }: ReplySectionProps & { errors: Record<string, string> }) {
  const t = useTranslations("ui.settings");
  const kinds = useTranslations("ui.replies.kinds");
  const [kind, setKind] = useState<Kind>(bot.reply.kind);
  return (
    <>
      <ChoiceCards
        name="kind"
        label={t("replyKind")}
        value={kind}
        onChange={setKind}
        error={errors["reply.kind"]}
        options={KINDS.map((value) => ({ value, title: kinds(`${value}.title`), text: kinds(`${value}.text`) }))}
      />
      {kind === "ai" && (
        <AiFields reply={bot.reply.kind === "ai" ? bot.reply : undefined} models={models} errors={errors} />
      )}
      {kind === "http" && <HttpReplyFields bot={bot} errors={errors} />}
    </>
  );
}
