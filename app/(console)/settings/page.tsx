import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { PageHead } from "@/app/_components/parts/page-head";
import { SaveTogether } from "@/app/_components/parts/save-together";
import { InstallationFacts } from "@/app/_components/settings/installation-facts";
import { MailDomainsSection } from "@/app/_components/settings/mail-domains-section";
import { MailSection } from "@/app/_components/settings/mail-section";
import { RetentionSection } from "@/app/_components/settings/retention-section";
import { Texts } from "@/app/_i18n/texts";
import { requireVisit } from "@/app/_session/visit";
import { showInstallation } from "@/lib/settings/overview";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("ui.shell.places"))("settings") };
}

export default async function SettingsPage() {
  const { runtime, viewer, baseUrl } = await requireVisit("/settings");
  if (!viewer.isAdmin) notFound();
  const t = await getTranslations("ui.installation");
  const installation = await showInstallation(runtime);
  return (
    <Texts of={["installation"]}>
      <PageHead
        title={t("title", { version: installation.version, count: installation.replicas.length })}
        sub={t("sub")}
      />
      <SaveTogether>
        <InstallationFacts installation={installation} baseUrl={baseUrl} />
        <RetentionSection retention={installation.retention} />
        <MailSection mail={installation.mail} />
        <MailDomainsSection domains={installation.mailDomains} />
      </SaveTogether>
    </Texts>
  );
}
