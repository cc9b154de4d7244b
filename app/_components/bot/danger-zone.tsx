"use client";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/app/_components/parts/button";
import { Confirm } from "@/app/_components/parts/confirm";
import { call, RequestFailure } from "@/app/_components/requests/call";
import type { Bot } from "@/lib/bots/schemas";
import type { Counted } from "@/lib/events/queries";

export function DangerZone({ bot }: { bot: Bot }) {
  const t = useTranslations("ui.settings.danger");
  const router = useRouter();
  const [asking, setAsking] = useState(false);
  const [counted, setCounted] = useState<Counted>();
  const ask = async () => {
    setCounted(undefined);
    setAsking(true);
    try {
      setCounted(await call<Counted>("GET", `/api/feishu/bots/${bot.id}/events/count`));
    } catch (error) {
      // The question stands without it, too.
      if (!(error instanceof RequestFailure)) throw error;
    }
  };
  return (
    <section aria-label={t("title")} className="grid gap-x-10 gap-y-4 py-7 huge:grid-cols-[16.25rem_minmax(0,1fr)]">
      <h2 className="text-bad">{t("title")}</h2>
      <div className="flex max-w-[36rem] flex-wrap items-center gap-4 rounded-card border border-bad p-4">
        <p className="flex-1 basis-60 text-table text-pretty text-ink-2">{t("text")}</p>
        <Button look="danger" onClick={ask}>
          {t("delete")}
        </Button>
      </div>
      <Confirm
        open={asking}
        onClose={() => setAsking(false)}
        question={
          counted
            ? t("questionCounted", { bot: bot.name, count: counted.count, plus: counted.more ? "+" : "" })
            : t("question", { bot: bot.name })
        }
        consequence={t("consequence")}
        action={t("delete")}
        perform={async () => {
          await call("DELETE", `/api/feishu/bots/${bot.id}`);
          router.push("/bots");
          router.refresh();
        }}
      />
    </section>
  );
}
