"use client";
import { useTranslations } from "next-intl";
import { BotForm } from "@/app/_components/bot/bot-form";
import { ReactionField } from "@/app/_components/bot/reaction-field";
import { Choice, TextField, Tick } from "@/app/_components/parts/field";
import type { Bot } from "@/lib/bots/schemas";

const FIELDS = ["behavior.reaction", "behavior.mergeSeconds"];
const MEMORIES = ["chat", "person"] as const;
type Memory = (typeof MEMORIES)[number];

/** How a bot behaves around its answers. */
export function ConversationSection({ bot }: { bot: Bot }) {
  const t = useTranslations("ui.replies.conversation");
  const { behavior } = bot;
  return (
    <BotForm
      bot={bot}
      id="conversation"
      title={t("title")}
      text={t("text")}
      fields={FIELDS}
      change={(form) => ({
        behavior: {
          commands: form.get("commands") === "on",
          memory: form.get("memory") as Memory,
          reaction: String(form.get("reaction") ?? "").trim() || null,
          mergeSeconds: Number(form.get("mergeSeconds")),
          explainRefusals: form.get("explainRefusals") === "on",
          feedback: form.get("feedback") === "on",
        },
      })}
    >
      {(errors, saves, touch) => (
        <>
          <Tick name="commands" label={t("commands")} hint={t("commandsHint")} defaultChecked={behavior.commands} />
          <Tick name="feedback" label={t("feedback")} hint={t("feedbackHint")} defaultChecked={behavior.feedback} />
          <Tick
            name="explainRefusals"
            label={t("explainRefusals")}
            hint={t("explainRefusalsHint")}
            defaultChecked={behavior.explainRefusals}
          />
          <Choice
            name="memory"
            label={t("memory")}
            hint={t("memoryHint")}
            defaultValue={behavior.memory}
            options={MEMORIES.map((value) => ({ value, text: t(`memories.${value}`) }))}
          />
          <ReactionField
            key={saves}
            reaction={behavior.reaction}
            error={errors["behavior.reaction"]}
            onChange={touch}
          />
          <TextField
            name="mergeSeconds"
            type="number"
            min={0}
            max={60}
            inputMode="numeric"
            label={t("mergeSeconds")}
            hint={t("mergeSecondsHint")}
            defaultValue={behavior.mergeSeconds}
            error={errors["behavior.mergeSeconds"]}
          />
        </>
      )}
    </BotForm>
  );
}
