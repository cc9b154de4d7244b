import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { PageHead } from "@/app/_components/parts/page-head";
import { AuditFilterForm } from "@/app/_components/people/audit-filter";
import { AuditList } from "@/app/_components/people/audit-list";
import { Texts } from "@/app/_i18n/texts";
import { requireVisit } from "@/app/_session/visit";
import { listAudit, showAuditEntries } from "@/lib/auth/audit-log";
import { auditFilterSchema } from "@/lib/auth/schemas";
import { DEFAULT_LIMIT } from "@/lib/db/page";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("ui.shell.places"))("audit") };
}

type AuditPageProps = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function AuditPage({ searchParams }: AuditPageProps) {
  const { runtime, viewer } = await requireVisit("/audit");
  if (!viewer.isAdmin) notFound();
  const t = await getTranslations("ui.audit");
  const { subject, q } = await searchParams;
  // What is empty or unknown in the address narrows nothing.
  const filter = {
    ...auditFilterSchema.pick({ subject: true }).safeParse({ subject: subject || undefined }).data,
    ...auditFilterSchema.pick({ q: true }).safeParse({ q: q || undefined }).data,
  };
  const page = await listAudit(runtime.db, { limit: DEFAULT_LIMIT, ...filter });
  return (
    <Texts of={["audit"]}>
      <PageHead title={t("title")} sub={t("sub")} />
      <AuditFilterForm filter={filter} />
      <AuditList
        filter={filter}
        first={{ rows: await showAuditEntries(runtime.db, page.items), nextCursor: page.nextCursor }}
      />
    </Texts>
  );
}
