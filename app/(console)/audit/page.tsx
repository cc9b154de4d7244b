import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { PageHead } from "@/app/_components/parts/page-head";
import { AuditList } from "@/app/_components/people/audit-list";
import { Texts } from "@/app/_i18n/texts";
import { requireVisit } from "@/app/_session/visit";
import { listAudit, showAuditEntry } from "@/lib/auth/audit-log";
import { DEFAULT_LIMIT } from "@/lib/db/page";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("ui.shell.places"))("audit") };
}

export default async function AuditPage() {
  const { runtime, viewer } = await requireVisit("/audit");
  if (!viewer.isAdmin) notFound();
  const t = await getTranslations("ui.audit");
  const page = await listAudit(runtime.db, { limit: DEFAULT_LIMIT });
  return (
    <Texts of={["audit"]}>
      <PageHead title={t("title")} sub={t("sub")} />
      <AuditList first={{ rows: page.items.map(showAuditEntry), nextCursor: page.nextCursor }} />
    </Texts>
  );
}
