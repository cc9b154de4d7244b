"use client";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { saveBot } from "@/app/_components/bot/save-bot";
import { Choice, TextField } from "@/app/_components/parts/field";
import { FormSection } from "@/app/_components/parts/form-section";
import { SecretField } from "@/app/_components/parts/secret-field";
import type { Bot } from "@/lib/bots/schemas";

const NAMED = ["feishu", "lark", "sandbox"] as const;
type Cloud = (typeof NAMED)[number] | "other";
const cloudOf = (domain: string): Cloud => NAMED.find((name) => name === domain) ?? "other";

export function CredentialsSection({ bot, isAdmin }: { bot: Bot; isAdmin: boolean }) {
  const t = useTranslations("ui.settings");
  const clouds = useTranslations("ui.clouds");
  const [cloud, setCloud] = useState(cloudOf(bot.domain));
  const offered: Cloud[] = isAdmin || cloudOf(bot.domain) === "other" ? [...NAMED, "other"] : [...NAMED];
  return (
    <FormSection
      id="credentials"
      title={t("credentials")}
      text={t("credentialsText")}
      fields={["appId", "appSecret", "domain"]}
      save={(form) => {
        const secret = form.get("appSecret");
        const domain = cloud === "other" ? String(form.get("origin")).trim() : cloud;
        return saveBot(bot.id, {
          appId: String(form.get("appId")).trim(),
          ...(domain === bot.domain ? {} : { domain }),
          ...(typeof secret === "string" ? { appSecret: secret } : {}),
        });
      }}
    >
      {(errors, saves) => (
        <>
          <TextField
            name="appId"
            mono
            label="App ID"
            defaultValue={bot.appId}
            error={errors.appId}
            autoCapitalize="none"
            spellCheck={false}
          />
          <SecretField
            key={saves}
            name="appSecret"
            label="App Secret"
            isSet={bot.hasAppSecret}
            error={errors.appSecret}
          />
          <Choice
            label={t("cloud")}
            value={cloud}
            onChange={(event) => setCloud(event.target.value as Cloud)}
            error={cloud === "other" ? undefined : errors.domain}
            options={offered.map((value) => ({ value, text: clouds(value) }))}
          />
          {cloud === "other" && (
            <TextField
              name="origin"
              mono
              label={t("origin")}
              defaultValue={cloudOf(bot.domain) === "other" ? bot.domain : ""}
              error={errors.domain}
              autoCapitalize="none"
              spellCheck={false}
            />
          )}
        </>
      )}
    </FormSection>
  );
}
