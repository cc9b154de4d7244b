"use client";
import { Plus } from "lucide-react";
import dynamic from "next/dynamic";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useEffect, useState } from "react";
import { AlertRow } from "@/app/_components/alerts/alert-row";
import { useAlertNews } from "@/app/_components/live/live-provider";
import { Button } from "@/app/_components/parts/button";
import { Confirm } from "@/app/_components/parts/confirm";
import { Empty } from "@/app/_components/parts/empty";
import { More } from "@/app/_components/parts/more";
import { Notice } from "@/app/_components/parts/notice";
import { PageHead } from "@/app/_components/parts/page-head";
import { call } from "@/app/_components/requests/call";
import { usePages } from "@/app/_components/requests/use-pages";
import type { AlertRule } from "@/lib/alerts/schemas";
import type { Locale } from "@/lib/text/translate";

const AlertForm = dynamic(() => import("@/app/_components/alerts/alert-form").then((module) => module.AlertForm));

export type BotChoice = { id: string; name: string };

type AlertListProps = {
  first: { rows: AlertRule[]; nextCursor: string | null };
  bots: BotChoice[];
  hasMail: boolean;
  /** The platform that stops between requests, where nothing is looked at. */
  unwatchedOn: string | undefined;
  locale: Locale;
};

/** Who is told of what, whether it arrives, and what is wrong right now. */
export function AlertList({ first, bots, hasMail, unwatchedOn, locale }: AlertListProps) {
  const t = useTranslations("ui.alerts");
  const router = useRouter();
  const pages = usePages("/api/alerts", "alerts", first);
  const [editing, setEditing] = useState<AlertRule | "new" | null>(null);
  const [deleting, setDeleting] = useState<AlertRule | null>(null);
  // A dialog that closes gives the focus to the list as it knew it: nothing changes below it meanwhile.
  const isBusy = editing !== null || deleting !== null;
  const [isBehind, setBehind] = useState(false);
  useAlertNews(() => (isBusy ? setBehind(true) : router.refresh()));
  useEffect(() => {
    if (isBusy || !isBehind) return;
    setBehind(false);
    router.refresh();
  }, [isBusy, isBehind, router]);
  const add = (
    <Button look="primary" onClick={() => setEditing("new")}>
      <Plus className="size-4" aria-hidden="true" />
      {t("add")}
    </Button>
  );
  return (
    <>
      <PageHead
        title={unwatchedOn === undefined ? <Verdict rules={pages.rows} /> : t("unwatched")}
        sub={t("sub")}
        action={pages.rows.length > 0 && add}
      />
      {unwatchedOn !== undefined && (
        <div className="mb-6">
          <Notice tone="warn">{t("unwatchedText", { platform: unwatchedOn })}</Notice>
        </div>
      )}
      {pages.rows.length === 0 ? (
        <Empty title={t("emptyTitle")} action={add}>
          {t("emptyText")}
        </Empty>
      ) : (
        <ul aria-label={t("list")} className="border-t">
          {pages.rows.map((rule) => (
            <AlertRow key={rule.id} rule={rule} onEdit={() => setEditing(rule)} onDelete={() => setDeleting(rule)} />
          ))}
        </ul>
      )}
      <More {...pages} />
      {editing !== null && (
        <AlertForm rule={editing} bots={bots} hasMail={hasMail} locale={locale} onClose={() => setEditing(null)} />
      )}
      <Confirm
        open={deleting !== null}
        onClose={() => setDeleting(null)}
        question={t("question", { name: deleting?.name ?? "" })}
        consequence={t("consequence")}
        action={t("delete")}
        perform={async () => {
          await call("DELETE", `/api/alerts/${deleting?.id}`);
          setDeleting(null);
          router.refresh();
        }}
      />
    </>
  );
}

function Verdict({ rules }: { rules: AlertRule[] }) {
  const t = useTranslations("ui.alerts");
  const unsent = rules.filter(({ enabled, error }) => enabled && error);
  if (unsent[0]) return t("unsent", { count: unsent.length, name: unsent[0].name });
  const open = new Set(rules.flatMap(({ troubles }) => troubles.map(({ bot, condition }) => `${bot.id} ${condition}`)));
  return open.size > 0 ? t("trouble", { count: open.size }) : t("calm", { count: rules.length });
}
