"use client";
import { useTranslations } from "next-intl";
import { saveBot } from "@/app/_components/bot/save-bot";
import { CopyBox } from "@/app/_components/parts/copy";
import { FormSection } from "@/app/_components/parts/form-section";
import { Notice } from "@/app/_components/parts/notice";
import { SecretField } from "@/app/_components/parts/secret-field";
import type { Bot } from "@/lib/bots/schemas";

export function WebhookSection({ bot }: { bot: Bot }) {
  const t = useTranslations("ui.settings");
  return (
    <FormSection
      id="webhook"
      title={t("webhook")}
      text={t("webhookText")}
      fields={["verificationToken", "encryptKey"]}
      save={(form) => {
        const keys = ["encryptKey", "verificationToken"] as const;
        return saveBot(
          bot.id,
          Object.fromEntries(keys.flatMap((key) => (form.has(key) ? [[key, String(form.get(key))]] : []))),
        );
      }}
    >
      {(errors, saves) => (
        <>
          <div className="grid gap-1">
            <span className="text-table font-medium">{t("webhookAddress")}</span>
            <CopyBox value={bot.webhookUrl} label={t("webhookAddress")} />
          </div>
          <SecretField
            key={`encrypt ${saves}`}
            name="encryptKey"
            label="Encrypt Key"
            isSet={bot.hasEncryptKey}
            error={errors.encryptKey}
            removable
          />
          <SecretField
            key={`token ${saves}`}
            name="verificationToken"
            label="Verification Token"
            isSet={bot.hasVerificationToken}
            error={errors.verificationToken}
            removable
          />
          {!bot.hasEncryptKey && !bot.hasVerificationToken && <Notice tone="warn">{t("webhookNoKeys")}</Notice>}
        </>
      )}
    </FormSection>
  );
}
