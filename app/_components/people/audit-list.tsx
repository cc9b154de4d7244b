"use client";
import { useTranslations } from "next-intl";
import { type Column, DataTable } from "@/app/_components/parts/data-table";
import { More } from "@/app/_components/parts/more";
import { TimeAgo } from "@/app/_components/parts/time-ago";
import { usePages } from "@/app/_components/requests/use-pages";
import type { AuditEntryView, AuditFilter } from "@/lib/auth/schemas";

type AuditListProps = { first: { rows: AuditEntryView[]; nextCursor: string | null }; filter: AuditFilter };

const queryOf = (filter: AuditFilter): string =>
  new URLSearchParams(Object.entries(filter).filter(([, value]) => value)).toString();

/** Who changed what, newest first. */
export function AuditList({ first, filter }: AuditListProps) {
  const t = useTranslations("ui.audit");
  const pages = usePages(`/api/audit?${queryOf(filter)}`, "entries", first);
  const actionOf = (action: string) => {
    const key = `actions.${action.replace(".", "_")}`;
    // An action that a later version writes is shown by its word.
    return t.has(key as "actions.bot_created") ? t(key as "actions.bot_created") : action;
  };
  const columns: Column<AuditEntryView>[] = [
    { label: t("what"), cell: ({ action }) => actionOf(action), isName: true },
    { label: t("target"), cell: ({ target }) => target?.name ?? "" },
    { label: t("who"), cell: ({ actor }) => actor.name },
    { label: t("when"), cell: ({ at }) => <TimeAgo at={at} /> },
    {
      label: t("detail"),
      cell: ({ detail }) => <code className="font-mono text-small wrap-anywhere text-ink-3">{wordsOf(detail)}</code>,
    },
  ];
  return (
    <>
      {pages.rows.length === 0 && <p className="py-6 text-ink-2">{t("none")}</p>}
      <DataTable label={t("list")} columns={columns} rows={pages.rows} keyOf={({ id }) => id} />
      <More {...pages} />
    </>
  );
}

const wordsOf = (detail: AuditEntryView["detail"]): string =>
  Object.entries(detail ?? {})
    .filter(([, value]) => value !== null)
    .map(([key, value]) => `${key}: ${Array.isArray(value) ? value.join(", ") : String(value)}`)
    .join(" · ");
