"use client";
import { Download, RotateCcw } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { type LogFilter, queryOf } from "@/app/_components/messages/statuses";
import { announce } from "@/app/_components/parts/announcer";
import { Button } from "@/app/_components/parts/button";
import { Confirm } from "@/app/_components/parts/confirm";
import { call } from "@/app/_components/requests/call";
import type { Counted } from "@/lib/events/queries";

type LogActionsProps = { filter: LogFilter & { botId: string }; failed: Counted };

/** What can be done with the log as a whole: take it along, and have what failed answered anew. */
export function LogActions({ filter, failed }: LogActionsProps) {
  const t = useTranslations("ui.messages.actions");
  const router = useRouter();
  const [asking, setAsking] = useState(false);
  const plus = failed.more ? "+" : "";
  const address = (format: "csv" | "json") => {
    const query = queryOf(filter);
    query.set("format", format);
    return `/api/feishu/bots/${filter.botId}/events/export?${query}`;
  };
  return (
    <div className="ml-auto flex flex-wrap items-center gap-2">
      {(["csv", "json"] as const).map((format) => (
        <a
          key={format}
          href={address(format)}
          download
          className="tap inline-flex min-h-7 items-center gap-1.5 rounded-control border border-line-strong px-2.5 text-small font-medium hover:bg-hover"
        >
          <Download className="size-3.5" aria-hidden="true" />
          {t(format)}
        </a>
      ))}
      {failed.count > 0 && (
        <Button size="small" onClick={() => setAsking(true)}>
          <RotateCcw className="size-3.5" aria-hidden="true" />
          {t("replayFailed", { count: failed.count, plus })}
        </Button>
      )}
      <Confirm
        open={asking}
        onClose={() => setAsking(false)}
        question={t("question", { count: failed.count, plus })}
        consequence={t("consequence")}
        action={t("replay")}
        perform={async () => {
          const { replayed } = await call<{ replayed: number }>(
            "POST",
            `/api/feishu/bots/${filter.botId}/replay?status=failed`,
          );
          announce(t("replayed", { count: replayed }));
          setAsking(false);
          router.refresh();
        }}
      />
    </div>
  );
}
