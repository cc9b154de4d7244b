"use client";
import { useTranslations } from "next-intl";
import { type Column, DataTable } from "@/app/_components/parts/data-table";
import { More } from "@/app/_components/parts/more";
import { TimeAgo } from "@/app/_components/parts/time-ago";
import { AuditSentence } from "@/app/_components/people/audit-sentence";
import { usePages } from "@/app/_components/requests/use-pages";
import type { AuditEntryView, AuditFilter } from "@/lib/auth/schemas";

type AuditListProps = { first: { rows: AuditEntryView[]; nextCursor: string | null }; filter: AuditFilter };

const queryOf = (filter: AuditFilter): string =>
  new URLSearchParams(Object.entries(filter).filter(([, value]) => value)).toString();

/** Who changed what, newest first. */
export function AuditList({ first, filter }: AuditListProps) {
  const t = useTranslations("ui.audit");
  const pages = usePages(`/api/audit?${queryOf(filter)}`, "entries", first);
  const columns: Column<AuditEntryView>[] = [
    {
      label: t("what"),
      cell: (entry) => (
        <span className="font-normal text-pretty wrap-anywhere text-ink-2">
          <AuditSentence entry={entry} />
        </span>
      ),
      isName: true,
    },
    { label: t("when"), cell: ({ at }) => <TimeAgo at={at} /> },
  ];
  return (
    <>
      {pages.rows.length === 0 && <p className="py-6 text-ink-2">{t("none")}</p>}
      <DataTable label={t("list")} columns={columns} rows={pages.rows} keyOf={({ id }) => id} />
      <More {...pages} />
    </>
  );
}
