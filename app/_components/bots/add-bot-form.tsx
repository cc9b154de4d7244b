"use client";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import { Button } from "@/app/_components/parts/button";
import { Choice, TextField, Tick } from "@/app/_components/parts/field";
import { FormFailure } from "@/app/_components/parts/form-failure";
import { call } from "@/app/_components/requests/call";
import { useRequest } from "@/app/_components/requests/use-request";
import type { Bot } from "@/lib/bots/schemas";

const FIELDS = ["name", "appId", "appSecret", "domain"];

export function AddBotForm({ isAdmin, holdsConnections }: { isAdmin: boolean; holdsConnections: boolean }) {
  const t = useTranslations("ui.addBot");
  const clouds = useTranslations("ui.clouds");
  const router = useRouter();
  const { pending, failure, run } = useRequest();
  const [cloud, setCloud] = useState("feishu");

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name) ?? "").trim();
    void run(async () => {
      const bot = await call<Bot>("POST", "/api/feishu/bots", {
        name: text("name"),
        appId: text("appId"),
        appSecret: text("appSecret"),
        domain: cloud === "other" ? text("origin") : cloud,
        useWebSocket: form.get("useWebSocket") === "on",
      });
      router.push(`/bots/${bot.id}`);
    });
  };

  const options = ["feishu", "lark", ...(isAdmin ? ["other"] : [])] as ("feishu" | "lark" | "other")[];
  return (
    <form onSubmit={submit} className="grid gap-4" noValidate>
      <TextField
        name="name"
        label={t("name")}
        hint={t("nameHint")}
        error={failure?.fields.name}
        required
        maxLength={100}
        autoComplete="off"
      />
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
      <Tick
        name="useWebSocket"
        defaultChecked={holdsConnections}
        disabled={!holdsConnections}
        label={t("useWebSocket")}
        hint={t(holdsConnections ? "useWebSocketHint" : "useWebSocketNot")}
      />
      <FormFailure of={failure} fields={FIELDS} />
      <div>
        <Button type="submit" look="primary" busy={pending}>
          {t("submit")}
        </Button>
      </div>
    </form>
  );
}
