"use client";
import { useTranslations } from "next-intl";
import type { KnownModel } from "@/app/_components/bot/ai-fields";
import type { RuleDraft } from "@/app/_components/bot/rule-drafts";
import { Choice, TextArea, TextField } from "@/app/_components/parts/field";
import type { Reply } from "@/lib/db/documents";

const KINDS = ["ai", "http", "echo"] as const satisfies Reply["kind"][];
type Kind = (typeof KINDS)[number];

type RuleActionFieldsProps = {
  rule: RuleDraft;
  models: KnownModel[];
  errors: Record<string, string>;
  onChange: (more: Partial<RuleDraft>) => void;
};

/** What a rule has the bot do. */
export function RuleActionFields({ rule, models, errors, onChange }: RuleActionFieldsProps) {
  const t = useTranslations("ui.replies.rules");
  const { action } = rule;
  switch (action.kind) {
    case "text":
      return (
        <TextArea
          rows={2}
          label={t("answer")}
          value={action.text}
          onChange={(event) => onChange({ action: { kind: "text", text: event.target.value } })}
          error={errors["action.text"]}
        />
      );
    case "card":
      return (
        <TextArea
          rows={6}
          label={t("card")}
          hint={t("cardHint")}
          value={rule.cardText}
          onChange={(event) => onChange({ cardText: event.target.value })}
          error={errors["action.card"]}
          spellCheck={false}
        />
      );
    case "reply":
      return (
        <ReplyFields
          reply={action.reply}
          models={models}
          errors={errors}
          onChange={(reply) => onChange({ action: { kind: "reply", reply } })}
        />
      );
    case "silent":
      return <p className="text-small text-ink-3">{t("silentHint")}</p>;
  }
}

type ReplyFieldsProps = Omit<RuleActionFieldsProps, "rule" | "onChange"> & {
  reply: Reply;
  onChange: (reply: Reply) => void;
};

function ReplyFields({ reply, models, errors, onChange }: ReplyFieldsProps) {
  const t = useTranslations("ui.replies.rules");
  const kinds = useTranslations("ui.replies.kinds");
  const begin = (kind: Kind): Reply => {
    if (kind === "http") return { kind, url: "", timeoutSeconds: 30 };
    if (kind === "echo") return { kind };
    return { kind, modelId: models[0]?.id ?? "", historyMessages: 20, stream: true, timeoutSeconds: 60 };
  };
  return (
    <>
      <Choice
        label={t("by")}
        value={reply.kind}
        onChange={(event) => onChange(begin(event.target.value as Kind))}
        options={KINDS.map((value) => ({ value, text: kinds(`${value}.title`) }))}
      />
      {reply.kind === "ai" && (
        <>
          <Choice
            label={t("model")}
            value={reply.modelId}
            onChange={(event) => onChange({ ...reply, modelId: event.target.value })}
            options={models.map(({ id, name }) => ({ value: id, text: name }))}
            error={errors["action.reply.modelId"]}
          />
          <TextArea
            rows={3}
            label={t("systemPrompt")}
            value={reply.systemPrompt ?? ""}
            onChange={(event) => onChange({ ...reply, systemPrompt: event.target.value || undefined })}
          />
        </>
      )}
      {reply.kind === "http" && (
        <TextField
          mono
          label={t("url")}
          placeholder="https://example.com/answer"
          value={reply.url}
          onChange={(event) => onChange({ ...reply, url: event.target.value })}
          error={errors["action.reply.url"]}
          autoCapitalize="none"
          autoComplete="off"
          spellCheck={false}
        />
      )}
    </>
  );
}
