"use client";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { BotForm } from "@/app/_components/bot/bot-form";
import { PickList } from "@/app/_components/bot/pick-list";
import { useContacts } from "@/app/_components/bot/use-contacts";
import { Choice, TextField, Tick } from "@/app/_components/parts/field";
import type { Bot } from "@/lib/bots/schemas";

type Policy = Bot["policy"];

const DIRECT = ["all", "allowlist", "none"] as const;
const GROUPS = ["mention", "all", "allowlist", "none"] as const;
const SECONDS_PER_HOUR = 3_600;

/** Who is answered. */
export function PolicySection({ bot }: { bot: Bot }) {
  const t = useTranslations("ui.settings.policy");
  const [policy, setPolicy] = useState(bot.policy);
  const { direct, groups } = { direct: policy.directMessages, groups: policy.groups };
  const contacts = useContacts(bot.id, direct === "allowlist" || groups === "allowlist");
  const change = (more: Partial<Policy>) => setPolicy((before) => ({ ...before, ...more }));
  return (
    <BotForm
      bot={bot}
      id="policy"
      title={t("title")}
      text={t("text")}
      fields={["policy.ignoreOlderThanSeconds"]}
      change={(form) => ({
        policy: {
          ...policy,
          answerMentionAll: form.get("answerMentionAll") === "on",
          ignoreOlderThanSeconds: Math.round(Number(form.get("hours")) * SECONDS_PER_HOUR),
        },
      })}
    >
      {(errors, _saves, touch) => {
        const pick = (more: Partial<Policy>) => {
          change(more);
          touch();
        };
        return (
          <>
            <div className="grid gap-4 wide:grid-cols-2">
              <Choice
                label={t("direct")}
                value={direct}
                onChange={(event) => change({ directMessages: event.target.value as Policy["directMessages"] })}
                options={DIRECT.map((value) => ({ value, text: t(`directs.${value}`) }))}
              />
              <Choice
                label={t("groups")}
                value={groups}
                onChange={(event) => change({ groups: event.target.value as Policy["groups"] })}
                options={GROUPS.map((value) => ({ value, text: t(`groupKinds.${value}`) }))}
              />
            </div>
            {direct === "allowlist" && (
              <PickList
                label={t("allowSenders")}
                hint={t("pickHint")}
                known={contacts.people}
                ids={policy.allowSenders}
                onChange={(allowSenders) => pick({ allowSenders })}
              />
            )}
            {groups === "allowlist" && (
              <PickList
                label={t("allowChats")}
                hint={t("pickHint")}
                known={contacts.chats}
                ids={policy.allowChats}
                onChange={(allowChats) => pick({ allowChats })}
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
        );
      }}
    </BotForm>
  );
}
