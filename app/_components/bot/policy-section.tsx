"use client";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { saveBot } from "@/app/_components/bot/save-bot";
import { Choice, TextArea, TextField, Tick } from "@/app/_components/parts/field";
import { FormSection } from "@/app/_components/parts/form-section";
import type { Bot } from "@/lib/bots/schemas";

type Policy = Bot["policy"];

const DIRECT = ["all", "allowlist", "none"] as const;
const GROUPS = ["mention", "all", "allowlist", "none"] as const;
const SECONDS_PER_HOUR = 3_600;

const idsOf = (text: FormDataEntryValue | null): string[] =>
  String(text ?? "")
    .split(/[\s,;，；]+/)
    .filter(Boolean);

/** Who is answered. */
export function PolicySection({ bot }: { bot: Bot }) {
  const t = useTranslations("ui.settings.policy");
  const [direct, setDirect] = useState(bot.policy.directMessages);
  const [groups, setGroups] = useState(bot.policy.groups);
  return (
    <FormSection
      id="policy"
      title={t("title")}
      text={t("text")}
      fields={["policy.ignoreOlderThanSeconds"]}
      save={(form) =>
        saveBot(bot.id, {
          policy: {
            directMessages: direct,
            groups,
            answerMentionAll: form.get("answerMentionAll") === "on",
            ignoreOlderThanSeconds: Math.round(Number(form.get("hours")) * SECONDS_PER_HOUR),
            ...(form.has("allowSenders") ? { allowSenders: idsOf(form.get("allowSenders")) } : {}),
            ...(form.has("allowChats") ? { allowChats: idsOf(form.get("allowChats")) } : {}),
          },
        })
      }
    >
      {(errors) => (
        <>
          <Choice
            label={t("direct")}
            value={direct}
            onChange={(event) => setDirect(event.target.value as Policy["directMessages"])}
            options={DIRECT.map((value) => ({ value, text: t(`directs.${value}`) }))}
          />
          {direct === "allowlist" && (
            <TextArea
              name="allowSenders"
              label={t("allowSenders")}
              hint={t("oneALine")}
              defaultValue={bot.policy.allowSenders.join("\n")}
            />
          )}
          <Choice
            label={t("groups")}
            value={groups}
            onChange={(event) => setGroups(event.target.value as Policy["groups"])}
            options={GROUPS.map((value) => ({ value, text: t(`groupKinds.${value}`) }))}
          />
          {groups === "allowlist" && (
            <TextArea
              name="allowChats"
              label={t("allowChats")}
              hint={t("oneALine")}
              defaultValue={bot.policy.allowChats.join("\n")}
            />
          )}
          <Tick
            name="answerMentionAll"
            label={t("answerMentionAll")}
            hint={t("answerMentionAllHint")}
            defaultChecked={bot.policy.answerMentionAll}
          />
          <TextField
            name="hours"
            type="number"
            min={0}
            step="any"
            inputMode="decimal"
            label={t("age")}
            hint={t("ageHint")}
            defaultValue={bot.policy.ignoreOlderThanSeconds / SECONDS_PER_HOUR}
            error={errors["policy.ignoreOlderThanSeconds"]}
          />
        </>
      )}
    </FormSection>
  );
}
