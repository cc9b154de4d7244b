"use client";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/app/_components/parts/button";
import { Choice, TextField, Tick } from "@/app/_components/parts/field";
import { SecretField } from "@/app/_components/parts/secret-field";
import type { Bot } from "@/lib/bots/schemas";

const PROTOCOLS = ["", "dify", "coze", "n8n"] as const;
type Protocol = (typeof PROTOCOLS)[number];

const PLACEHOLDERS: Record<Protocol, string> = {
  "": "https://example.com/answer",
  dify: "https://api.dify.ai/v1",
  coze: "https://api.coze.cn",
  n8n: "https://n8n.example.com/webhook/…",
};

/** As Standard Webhooks writes a secret. */
const newSecret = () => `whsec_${btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(24))))}`;

/** Where a service of one's own is, and what its calls are signed with. */
export function HttpReplyFields({ bot, errors }: { bot: Bot; errors: Record<string, string> }) {
  const t = useTranslations("ui.settings.http");
  const [generated, setGenerated] = useState<string | null>(null);
  const reply = bot.reply.kind === "http" ? bot.reply : undefined;
  const [protocol, setProtocol] = useState<Protocol>(reply?.protocol ?? "");
  return (
    <>
      <Choice
        name="protocol"
        label={t("protocol")}
        value={protocol}
        onChange={(event) => setProtocol(event.target.value as Protocol)}
        error={errors["reply.protocol"]}
        options={PROTOCOLS.map((value) => ({ value, text: t(`protocols.${value || "own"}`) }))}
      />
      <TextField
        name="url"
        mono
        label={t(protocol ? `known.${protocol}.url` : "url")}
        hint={t(protocol ? `known.${protocol}.urlHint` : "urlHint")}
        defaultValue={reply?.url}
        placeholder={PLACEHOLDERS[protocol]}
        error={errors["reply.url"]}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        inputMode="url"
      />
      {protocol === "coze" && (
        <TextField
          name="agentId"
          mono
          label={t("agentId")}
          hint={t("agentIdHint")}
          defaultValue={reply?.agentId}
          error={errors["reply.agentId"]}
          autoComplete="off"
        />
      )}
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
      {(protocol === "" || protocol === "n8n") && (
        <Tick
          name="mentionAll"
          label={t("mentionAll")}
          hint={t("mentionAllHint")}
          defaultChecked={reply?.mentionAll ?? false}
        />
      )}
      {generated === null || protocol !== "" ? (
        <SecretField
          name="secret"
          label={t(protocol ? `known.${protocol}.secret` : "secret")}
          hint={t(protocol ? `known.${protocol}.secretHint` : "secretHint")}
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
      {protocol === "" && (
        <Button size="small" className="justify-self-start" onClick={() => setGenerated(newSecret())}>
          {t("generate")}
        </Button>
      )}
    </>
  );
}
