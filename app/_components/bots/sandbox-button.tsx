"use client";
import { FlaskConical } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { Button } from "@/app/_components/parts/button";
import { Failure } from "@/app/_components/parts/failure";
import { call } from "@/app/_components/requests/call";
import { useRequest } from "@/app/_components/requests/use-request";
import type { Bot } from "@/lib/bots/schemas";
import type { EveryBot } from "@/lib/overview/schemas";

/** One click: makes a bot of the simulated cloud and opens the chat with it. */
export function SandboxButton({ look = "plain" }: { look?: "primary" | "plain" }) {
  const t = useTranslations("ui.bots");
  const router = useRouter();
  const { pending, failure, run } = useRequest();
  const create = () =>
    run(async () => {
      const { bots } = await call<EveryBot>("GET", "/api/overview/bots");
      const taken = new Set(bots.map(({ name }) => name));
      let name = t("sandboxBotName");
      for (let number = 2; taken.has(name); number += 1) name = t("sandboxBotNumbered", { number });
      const bot = await call<Bot>("POST", "/api/feishu/bots", {
        name,
        domain: "sandbox",
        useWebSocket: true,
      });
      router.push(`/sandbox?bot=${bot.id}`);
    });
  return (
    <>
      <Button look={look} busy={pending} onClick={create}>
        {!pending && <FlaskConical className="size-4" aria-hidden="true" />}
        {t("trySandbox")}
      </Button>
      <Failure of={failure} />
    </>
  );
}
