"use client";
import { useTranslations } from "next-intl";
import { useRef, useState } from "react";
import { saveBot } from "@/app/_components/bot/save-bot";
import { Button } from "@/app/_components/parts/button";
import { TextField } from "@/app/_components/parts/field";
import { FormFailure } from "@/app/_components/parts/form-failure";
import { FormSection, SettingsPart } from "@/app/_components/parts/form-section";
import { Shape } from "@/app/_components/parts/shape";
import { call } from "@/app/_components/requests/call";
import { useRequest } from "@/app/_components/requests/use-request";
import type { Bot } from "@/lib/bots/schemas";
import type { ProxyTest } from "@/lib/doctor/test-proxy";

const FIELDS = ["proxy"] as const;

/** The bot's own proxy; only administrators may change it. */
export function NetworkSection({ bot, isAdmin }: { bot: Bot; isAdmin: boolean }) {
  const t = useTranslations("ui.settings.network");
  if (!isAdmin) {
    return (
      <SettingsPart id="network" title={t("title")} text={t("text")}>
        <p className="max-w-[36rem] text-table text-pretty text-ink-2 wrap-anywhere">
          {bot.proxy ? t("ofAdmins", { proxy: bot.proxy }) : t("noneOfAdmins")}
        </p>
      </SettingsPart>
    );
  }
  return (
    <FormSection
      id="network"
      title={t("title")}
      text={t("text")}
      fields={FIELDS}
      save={(form) => saveBot(bot.id, { proxy: String(form.get("proxy")).trim() })}
    >
      {(errors, saves) => <ProxyField key={`${saves} ${bot.proxy}`} bot={bot} error={errors.proxy} />}
    </FormSection>
  );
}

function ProxyField({ bot, error }: { bot: Bot; error: string | undefined }) {
  const t = useTranslations("ui.settings.network");
  const { pending, failure, run } = useRequest();
  const [result, setResult] = useState<ProxyTest | null>(null);
  const box = useRef<HTMLDivElement>(null);
  const test = () => {
    setResult(null);
    const proxy = box.current?.querySelector("input")?.value.trim() ?? "";
    return run(async () =>
      setResult(await call<ProxyTest>("POST", `/api/feishu/bots/${bot.id}/proxy/test`, { proxy })),
    );
  };
  return (
    <div ref={box} className="grid gap-3">
      <TextField
        name="proxy"
        mono
        label={t("proxy")}
        hint={bot.hasProxyPassword ? t("passwordKept") : t("hint")}
        defaultValue={bot.proxy ?? ""}
        placeholder="http://proxy.example.com:8080"
        error={error ?? failure?.fields.proxy}
        onChange={() => setResult(null)}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        inputMode="url"
      />
      <FormFailure of={failure} fields={FIELDS} />
      <div className="grid gap-1.5" aria-live="polite">
        <Button size="small" className="justify-self-start" busy={pending} onClick={test}>
          {t("test")}
        </Button>
        {result && (
          <p className={`flex items-start gap-1.5 text-table text-pretty ${result.ok ? "text-ok" : "text-bad"}`}>
            <Shape of={result.ok ? "tick" : "triangle"} className="mt-1 size-3" />
            <span className="min-w-0 wrap-anywhere">{result.detail}</span>
          </p>
        )}
      </div>
    </div>
  );
}
