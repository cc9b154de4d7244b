"use client";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/app/_components/parts/button";
import { Failure } from "@/app/_components/parts/failure";
import { call } from "@/app/_components/requests/call";
import { useRequest } from "@/app/_components/requests/use-request";
import type { Bot } from "@/lib/bots/schemas";
import type { RoomFault } from "@/lib/sandbox/room";

const FAULTS = ["drop", "silence", "refuse"] as const;

/** What can go wrong between a bot and its cloud, to see what Larkspur makes of it. */
export function Faults({ bot }: { bot: Bot }) {
  const t = useTranslations("ui.sandbox.faults");
  const { pending, failure, run } = useRequest();
  const [last, setLast] = useState<RoomFault | null>(null);
  const disturb = (fault: RoomFault) =>
    run(async () => {
      await call("POST", "/api/sandbox/faults", { botId: bot.id, fault });
      setLast(fault);
    });
  return (
    <section aria-label={t("title")} className="rounded-card border p-4">
      <h2>{t("title")}</h2>
      <p className="mt-1 mb-3 text-table text-pretty text-ink-2">{t("text")}</p>
      <ul className="grid gap-3">
        {FAULTS.map((fault) => (
          <li key={fault} className="grid gap-1">
            <Button className="justify-self-start" size="small" busy={pending} onClick={() => disturb(fault)}>
              {t(`${fault}.do`)}
            </Button>
            <p className="text-small text-pretty text-ink-3">{t(`${fault}.text`)}</p>
          </li>
        ))}
      </ul>
      {(last === "silence" || last === "refuse") && (
        <Button look="primary" size="small" className="mt-4" busy={pending} onClick={() => disturb("heal")}>
          {t("heal")}
        </Button>
      )}
      <p role="status" className="mt-3 text-small text-pretty text-ink-2 empty:hidden">
        {last && t(`done.${last}`)}
      </p>
      <Failure of={failure} />
    </section>
  );
}
