import { FlaskConical, KeyRound, QrCode } from "lucide-react";
import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import type { ReactNode } from "react";
import { AddBotForm } from "@/app/_components/add/add-bot-form";
import { ConsoleNeeds } from "@/app/_components/add/console-needs";
import { ScanCard } from "@/app/_components/add/scan-card";
import { SandboxButton } from "@/app/_components/bots/sandbox-button";
import { BackLink } from "@/app/_components/parts/back-link";
import { PageHead } from "@/app/_components/parts/page-head";
import { Texts } from "@/app/_i18n/texts";
import { requireVisit } from "@/app/_session/visit";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("ui.bots"))("add") };
}

export default async function AddBotPage() {
  const { viewer, runtime } = await requireVisit("/bots/new");
  const t = await getTranslations("ui.addBot");
  const tBot = await getTranslations("ui.bot");
  const link = (address: string) => (words: ReactNode) => (
    <a href={address} target="_blank" rel="noreferrer" className="text-accent-ink underline underline-offset-2">
      {words}
    </a>
  );
  return (
    <Texts of={["addBot", "bot", "bots", "clouds", "qr"]}>
      <BackLink href="/bots" className="-mb-3">
        {tBot("allBots")}
      </BackLink>
      <PageHead title={t("title")} sub={t("sub")} />
      <div className="grid grid-cols-1 items-start gap-5 huge:grid-cols-[minmax(0,1fr)_minmax(0,1.15fr)_minmax(0,0.85fr)]">
        <Way icon={<QrCode />} title={t("byCode")} text={t("byCodeText")} badge={t("quickest")}>
          <ScanCard />
        </Way>
        <Way
          icon={<KeyRound />}
          title={t("byCredentials")}
          text={t.rich("byCredentialsText", {
            feishu: link("https://open.feishu.cn/app"),
            lark: link("https://open.larksuite.com/app"),
          })}
        >
          <div className="grid grid-cols-1 gap-5">
            <AddBotForm isAdmin={viewer.isAdmin} holdsConnections={runtime.platform.holdsConnections} />
            <ConsoleNeeds />
          </div>
        </Way>
        <Way icon={<FlaskConical />} title={t("bySandbox")} text={t("bySandboxText")}>
          <div className="grid justify-items-start gap-2">
            <SandboxButton />
          </div>
        </Way>
      </div>
    </Texts>
  );
}

type WayProps = { icon: ReactNode; title: string; text: ReactNode; badge?: string; children: ReactNode };

function Way({ icon, title, text, badge, children }: WayProps) {
  return (
    <section aria-label={title} className="min-w-0 rounded-card border p-5 max-wide:p-4">
      <div className="flex items-center gap-2 [&>svg]:size-4 [&>svg]:flex-none [&>svg]:text-ink-3">
        {icon}
        <h2>{title}</h2>
        {badge && (
          <span className="ml-auto rounded-full bg-accent-soft px-2 text-small whitespace-nowrap text-accent-ink">
            {badge}
          </span>
        )}
      </div>
      <p className="mt-1.5 mb-4 text-table text-pretty text-ink-2">{text}</p>
      {children}
    </section>
  );
}
