"use client";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { BotForm } from "@/app/_components/bot/bot-form";
import { TextArea, TextField, Tick } from "@/app/_components/parts/field";
import type { Bot } from "@/lib/bots/schemas";

const FIELDS = ["from", "to", "timezone", "text"].map((name) => `behavior.quietHours.${name}`);

const ownZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;
const zones = () => Intl.supportedValuesOf("timeZone");

/** When the bot says one sentence instead of answering. */
export function QuietHoursSection({ bot }: { bot: Bot }) {
  const t = useTranslations("ui.replies.quietHours");
  const { quietHours } = bot.behavior;
  const [isOn, setOn] = useState(quietHours !== null);
  return (
    <BotForm
      bot={bot}
      id="quiet-hours"
      title={t("title")}
      text={t("text")}
      fields={FIELDS}
      change={(form) => ({
        behavior: {
          quietHours: isOn
            ? {
                from: String(form.get("from")),
                to: String(form.get("to")),
                timezone: String(form.get("timezone")).trim(),
                text: String(form.get("text")),
              }
            : null,
        },
      })}
    >
      {(errors) => (
        <>
          <Tick label={t("on")} checked={isOn} onChange={(event) => setOn(event.target.checked)} />
          {isOn && (
            <>
              <div className="grid grid-cols-2 gap-4">
                <TextField
                  name="from"
                  type="time"
                  label={t("from")}
                  defaultValue={quietHours?.from ?? "22:00"}
                  error={errors["behavior.quietHours.from"]}
                />
                <TextField
                  name="to"
                  type="time"
                  label={t("to")}
                  hint={t("toHint")}
                  defaultValue={quietHours?.to ?? "07:00"}
                  error={errors["behavior.quietHours.to"]}
                />
              </div>
              <TextField
                name="timezone"
                list="time-zones"
                label={t("timezone")}
                defaultValue={quietHours?.timezone ?? ownZone()}
                error={errors["behavior.quietHours.timezone"]}
                autoComplete="off"
              />
              <datalist id="time-zones">
                {zones().map((zone) => (
                  <option key={zone} value={zone} />
                ))}
              </datalist>
              <TextArea
                name="text"
                label={t("said")}
                hint={t("saidHint")}
                defaultValue={quietHours?.text ?? t("saidDefault")}
                error={errors["behavior.quietHours.text"]}
              />
            </>
          )}
        </>
      )}
    </BotForm>
  );
}
