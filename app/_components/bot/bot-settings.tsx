"use client";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useEffect } from "react";
import { CredentialsSection } from "@/app/_components/bot/credentials-section";
import { DangerZone } from "@/app/_components/bot/danger-zone";
import { NetworkSection } from "@/app/_components/bot/network-section";
import { saveBot } from "@/app/_components/bot/save-bot";
import { WebhookSection } from "@/app/_components/bot/webhook-section";
import { TextField, Tick } from "@/app/_components/parts/field";
import { FormSection } from "@/app/_components/parts/form-section";
import { SaveTogether } from "@/app/_components/parts/save-together";
import type { Bot } from "@/lib/bots/schemas";

/** What stood on this page before it had one of its own. */
const MOVED = new Set(["#replies", "#policy"]);

type BotSettingsProps = {
  bot: Bot;
  isAdmin: boolean;
};

export function BotSettings({ bot, isAdmin }: BotSettingsProps) {
  const router = useRouter();
  useEffect(() => {
    if (MOVED.has(window.location.hash)) router.replace(`/bots/${bot.id}/replies${window.location.hash}`);
  }, [router, bot.id]);
  return (
    <SaveTogether>
      <GeneralSection bot={bot} />
      <CredentialsSection bot={bot} isAdmin={isAdmin} />
      <WebhookSection bot={bot} />
      <NetworkSection bot={bot} isAdmin={isAdmin} />
      <DangerZone bot={bot} />
    </SaveTogether>
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
