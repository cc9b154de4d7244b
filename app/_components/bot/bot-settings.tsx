"use client";
import { useTranslations } from "next-intl";
import type { KnownModel } from "@/app/_components/bot/ai-fields";
import { CredentialsSection } from "@/app/_components/bot/credentials-section";
import { DangerZone } from "@/app/_components/bot/danger-zone";
import { NetworkSection } from "@/app/_components/bot/network-section";
import { PolicySection } from "@/app/_components/bot/policy-section";
import { ReplySection } from "@/app/_components/bot/reply-section";
import { WebhookSection } from "@/app/_components/bot/webhook-section";
import { TextField, Tick } from "@/app/_components/parts/field";
import { FormSection } from "@/app/_components/parts/form-section";
import { call } from "@/app/_components/requests/call";
import type { Bot, UpdateBotInput } from "@/lib/bots/schemas";

export const saveBot = async (botId: string, change: UpdateBotInput): Promise<void> => {
  await call("PATCH", `/api/feishu/bots/${botId}`, change);
};

type BotSettingsProps = {
  bot: Bot;
  isAdmin: boolean;
  /** Those that the reader may choose from. */
  models: KnownModel[];
};

export function BotSettings({ bot, isAdmin, models }: BotSettingsProps) {
  return (
    <div>
      <GeneralSection bot={bot} />
      <CredentialsSection bot={bot} isAdmin={isAdmin} />
      <ReplySection bot={bot} models={models} />
      <PolicySection bot={bot} />
      <WebhookSection bot={bot} />
      <NetworkSection bot={bot} isAdmin={isAdmin} />
      <DangerZone bot={bot} />
    </div>
  );
}

function GeneralSection({ bot }: { bot: Bot }) {
  const t = useTranslations("ui.settings");
  return (
    <FormSection
      id="general"
      title={t("general")}
      fields={["name"]}
      save={(form) => saveBot(bot.id, { name: String(form.get("name")), enabled: form.get("enabled") === "on" })}
    >
      {(errors) => (
        <>
          <TextField name="name" label={t("name")} defaultValue={bot.name} error={errors.name} maxLength={100} />
          <Tick name="enabled" label={t("enabled")} hint={t("enabledHint")} defaultChecked={bot.enabled} />
        </>
      )}
    </FormSection>
  );
}
