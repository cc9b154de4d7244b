import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { AddBotForm } from "@/app/_components/bots/add-bot-form";
import { SandboxButton } from "@/app/_components/bots/sandbox-button";
import { PageHead } from "@/app/_components/parts/page-head";
import { Texts } from "@/app/_i18n/texts";
import { requireVisit } from "@/app/_session/visit";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("ui.bots"))("add") };
}

export default async function AddBotPage() {
  const { viewer, runtime } = await requireVisit("/bots/new");
  const t = await getTranslations("ui.addBot");
  const link = (address: string) => (words: React.ReactNode) => (
    <a href={address} target="_blank" rel="noreferrer" className="text-accent-ink hover:underline">
      {words}
    </a>
  );
  return (
    <Texts of={["addBot", "bots", "clouds"]}>
      <PageHead title={t("title")} sub={t("sub")} />
      <div className="grid grid-cols-1 items-start gap-6 huge:grid-cols-[minmax(0,1.4fr)_minmax(0,1fr)]">
        <section className="rounded-card border p-5">
          <h2>{t("byCredentials")}</h2>
          <p className="mt-1 mb-4 text-table text-pretty text-ink-2">
            {t.rich("byCredentialsText", {
              feishu: link("https://open.feishu.cn/app"),
              lark: link("https://open.larksuite.com/app"),
            })}
          </p>
          <AddBotForm isAdmin={viewer.isAdmin} holdsConnections={runtime.platform.holdsConnections} />
        </section>
        <section className="rounded-card border bg-sunk p-5">
          <h2>{t("bySandbox")}</h2>
          <p className="mt-1 mb-4 text-table text-pretty text-ink-2">{t("bySandboxText")}</p>
          <div className="grid justify-items-start gap-2">
            <SandboxButton />
          </div>
        </section>
      </div>
    </Texts>
  );
}
