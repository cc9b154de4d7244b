"use client";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { type FormEvent, useRef, useState } from "react";
import { AppChecks } from "@/app/_components/add/app-checks";
import { Button } from "@/app/_components/parts/button";
import { Choice, TextField, Tick } from "@/app/_components/parts/field";
import { FormFailure } from "@/app/_components/parts/form-failure";
import { Notice } from "@/app/_components/parts/notice";
import { call } from "@/app/_components/requests/call";
import { useRequest } from "@/app/_components/requests/use-request";
import type { Bot } from "@/lib/bots/schemas";
import type { Check } from "@/lib/doctor/telling";

const FIELDS = ["name", "appId", "appSecret", "domain"];

type AppCheck = { ok: boolean; name: string | null; checks: Check[] };

/** Asks Feishu first, and says what it said; then adds the bot. What Feishu does not like can be added all the same. */
export function AddBotForm({ isAdmin, holdsConnections }: { isAdmin: boolean; holdsConnections: boolean }) {
  const t = useTranslations("ui.addBot");
  const clouds = useTranslations("ui.clouds");
  const router = useRouter();
  const form = useRef<HTMLFormElement>(null);
  const { pending, failure, run } = useRequest();
  const [doing, setDoing] = useState<"check" | "add" | "addAnyway">("check");
  const [cloud, setCloud] = useState("feishu");
  const [checked, setChecked] = useState<AppCheck | null>(null);

  const typed = () => {
    const values = new FormData(form.current ?? undefined);
    const text = (name: string) => String(values.get(name) ?? "").trim();
    const credentials = {
      appId: text("appId"),
      appSecret: text("appSecret"),
      domain: cloud === "other" ? text("origin") : cloud,
    };
    return { credentials, name: text("name"), useWebSocket: values.get("useWebSocket") === "on" };
  };
  const check = async () => {
    setChecked(null);
    const answer = await call<AppCheck>("POST", "/api/feishu/credentials/check", typed().credentials);
    setChecked(answer);
    return answer;
  };
  const add = async (nameInFeishu: string | null) => {
    const { credentials, name, useWebSocket } = typed();
    const bot = await call<Bot>("POST", "/api/feishu/bots", {
      ...credentials,
      name: name || nameInFeishu || credentials.appId,
      useWebSocket,
    });
    router.push(`/bots/${bot.id}`);
  };
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setDoing("add");
    void run(async () => {
      const answer = await check();
      if (answer.ok) await add(answer.name);
    });
  };
  const checkOnly = () => {
    setDoing("check");
    void run(async () => void (await check()));
  };
  const addAnyway = () => {
    setDoing("addAnyway");
    void run(() => add(checked?.name ?? null));
  };

  const options = ["feishu", "lark", ...(isAdmin ? ["other"] : [])] as ("feishu" | "lark" | "other")[];
  const isRefused = checked !== null && !checked.ok;
  return (
    <form ref={form} onSubmit={submit} onChange={() => setChecked(null)} className="grid gap-4" noValidate>
      <TextField
        name="appId"
        mono
        label="App ID"
        placeholder="cli_a1b2c3d4e5f60718"
        error={failure?.fields.appId}
        required
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
      />
      <TextField
        name="appSecret"
        type="password"
        mono
        label="App Secret"
        hint={t("secretHint")}
        error={failure?.fields.appSecret}
        required
        autoComplete="new-password"
      />
      <Choice
        label={t("cloud")}
        value={cloud}
        onChange={(event) => setCloud(event.target.value)}
        options={options.map((value) => ({ value, text: clouds(value) }))}
      />
      {cloud === "other" && (
        <TextField
          name="origin"
          mono
          label={t("origin")}
          hint={t("originHint")}
          placeholder="https://open.example.com"
          error={failure?.fields.domain}
          required
          autoCapitalize="none"
          spellCheck={false}
        />
      )}
      <TextField
        name="name"
        label={t("name")}
        hint={t("nameHint")}
        error={failure?.fields.name}
        maxLength={100}
        autoComplete="off"
      />
      <Tick
        name="useWebSocket"
        defaultChecked={holdsConnections}
        disabled={!holdsConnections}
        label={t("useWebSocket")}
        hint={t(holdsConnections ? "useWebSocketHint" : "useWebSocketNot")}
      />
      {checked && <AppChecks checks={checked.checks} />}
      <FormFailure of={failure} fields={FIELDS} />
      {isRefused && (
        <Notice
          tone="warn"
          alert
          action={
            <Button size="small" busy={pending && doing === "addAnyway"} onClick={addAnyway}>
              {t("addAnyway")}
            </Button>
          }
        >
          {t("refused")}
        </Notice>
      )}
      <div className="flex flex-wrap items-center gap-2">
        <Button type="submit" look="primary" busy={pending && doing === "add"}>
          {t("submit")}
        </Button>
        <Button look="quiet" busy={pending && doing === "check"} onClick={checkOnly}>
          {t("checkOnly")}
        </Button>
        <span className="text-small text-ink-3" role="status">
          {pending && t(doing === "addAnyway" ? "adding" : "asking")}
        </span>
      </div>
    </form>
  );
}
