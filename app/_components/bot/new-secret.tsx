"use client";
import { useTranslations } from "next-intl";
import type { FormEvent } from "react";
import { Button } from "@/app/_components/parts/button";
import { TextField } from "@/app/_components/parts/field";
import { FormFailure } from "@/app/_components/parts/form-failure";
import { call } from "@/app/_components/requests/call";
import { useRequest } from "@/app/_components/requests/use-request";
import type { Bot } from "@/lib/bots/schemas";

/** A wrong secret is replaced where it is told of. */
export function NewSecret({ bot, onMended }: { bot: Pick<Bot, "id">; onMended: () => void }) {
  const t = useTranslations("ui.bot.cure");
  const { pending, failure, run } = useRequest();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const appSecret = String(new FormData(event.currentTarget).get("appSecret") ?? "").trim();
    void run(async () => {
      await call("PATCH", `/api/feishu/bots/${bot.id}`, { appSecret });
      onMended();
    });
  };
  return (
    <form onSubmit={submit} className="mt-1 grid w-full max-w-96 gap-2" noValidate>
      <TextField
        name="appSecret"
        type="password"
        mono
        label={t("newSecret")}
        error={failure?.fields.appSecret}
        required
        autoComplete="new-password"
      />
      <FormFailure of={failure} fields={["appSecret"]} />
      <div>
        <Button type="submit" size="small" look="primary" busy={pending}>
          {t("saveSecret")}
        </Button>
      </div>
    </form>
  );
}
