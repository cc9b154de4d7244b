"use client";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/app/_components/parts/button";
import { TextField } from "@/app/_components/parts/field";
import { SecretField } from "@/app/_components/parts/secret-field";
import type { ReplyChange } from "@/lib/bots/reply";
import type { Bot } from "@/lib/bots/schemas";

/** What the form says of a service of one's own. A secret that is not being replaced is not in it. */
export const httpChange = (form: FormData): ReplyChange => ({
  url: String(form.get("url")).trim(),
  timeoutSeconds: Number(form.get("timeoutSeconds")),
  ...(form.has("secret") ? { secret: String(form.get("secret")) } : {}),
});

/** As Standard Webhooks writes a secret. */
const newSecret = () => `whsec_${btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(24))))}`;

/** Where a service of one's own is, and what its calls are signed with. */
export function HttpReplyFields({ bot, errors }: { bot: Bot; errors: Record<string, string> }) {
  const t = useTranslations("ui.settings.http");
  const [generated, setGenerated] = useState<string | null>(null);
  const reply = bot.reply.kind === "http" ? bot.reply : undefined;
  return (
    <>
      <TextField
        name="url"
        mono
        label={t("url")}
        hint={t("urlHint")}
        defaultValue={reply?.url}
        placeholder="https://example.com/answer"
        error={errors["reply.url"]}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        inputMode="url"
      />
      <TextField
        name="timeoutSeconds"
        type="number"
        min={1}
        max={600}
        label={t("timeout")}
        hint={t("timeoutHint")}
        defaultValue={reply?.timeoutSeconds ?? 30}
        error={errors["reply.timeoutSeconds"]}
      />
      {generated === null ? (
        <SecretField
          name="secret"
          label={t("secret")}
          hint={t("secretHint")}
          isSet={bot.hasReplySecret}
          error={errors["reply.secret"]}
          removable
        />
      ) : (
        <TextField
          name="secret"
          mono
          readOnly
          label={t("secret")}
          hint={t("copyNow")}
          value={generated}
          error={errors["reply.secret"]}
        />
      )}
      <Button size="small" className="justify-self-start" onClick={() => setGenerated(newSecret())}>
        {t("generate")}
      </Button>
    </>
  );
}
