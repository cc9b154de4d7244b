import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { SandboxButton } from "@/app/_components/bots/sandbox-button";
import { Empty } from "@/app/_components/parts/empty";
import { PageHead } from "@/app/_components/parts/page-head";
import { SandboxRoom } from "@/app/_components/sandbox/sandbox-room";
import { Texts } from "@/app/_i18n/texts";
import { requireVisit } from "@/app/_session/visit";
import { behaviorOf } from "@/lib/bots/behavior";
import { listEveryBot, requireBot } from "@/lib/bots/queries";
import { getConnectionStatus } from "@/lib/connections/status";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("ui.shell.places"))("sandbox") };
}

type SandboxPageProps = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function SandboxPage({ searchParams }: SandboxPageProps) {
  const { bot: wanted } = await searchParams;
  const visit = await requireVisit(
    typeof wanted === "string" ? `/sandbox?bot=${encodeURIComponent(wanted)}` : "/sandbox",
  );
  const t = await getTranslations("ui.sandbox");
  const bots = (await listEveryBot(visit.runtime.db, visit.viewer)).filter(({ domain }) => domain === "sandbox");
  const current = bots.find(({ id }) => id === wanted) ?? bots[0];
  if (!current) {
    return (
      <Texts of={["bots"]}>
        <PageHead title={t("emptyTitle")} />
        <Empty title={t("emptyHeading")} action={<SandboxButton look="primary" />}>
          {t("emptyText")}
        </Empty>
      </Texts>
    );
  }
  const [row, status] = await Promise.all([
    requireBot(visit.runtime.db, visit.viewer, current.id),
    getConnectionStatus(visit.runtime.db, current.id, visit.locale),
  ]);
  return (
    <Texts of={["sandbox", "chat", "messages", "bots", "clouds"]}>
      {/* As high as the window: where one writes is in sight, whatever the languages make of the heading. */}
      <div className="-mb-16 flex h-[calc(100dvh-3.5rem)] min-h-[34rem] flex-col pb-5 max-wide:-mb-28 max-wide:h-[calc(100dvh-7.25rem)] max-wide:min-h-[30rem] max-wide:pb-3 [&>header]:mb-4">
        <PageHead title={t("title")} sub={<span className="max-wide:hidden">{t("sub")}</span>} />
        <SandboxRoom
          key={current.id}
          bots={bots.map(({ id, name }) => ({ id, name }))}
          bot={current}
          behavior={behaviorOf(row)}
          status={status}
        />
      </div>
    </Texts>
  );
}
