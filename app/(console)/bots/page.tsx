import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { BotList } from "@/app/_components/bots/bot-list";
import { SandboxButton } from "@/app/_components/bots/sandbox-button";
import { LinkButton } from "@/app/_components/parts/button";
import { Empty } from "@/app/_components/parts/empty";
import { PageHead } from "@/app/_components/parts/page-head";
import { Texts } from "@/app/_i18n/texts";
import { requireVisit } from "@/app/_session/visit";
import { listEveryBot } from "@/lib/bots/queries";
import { listConnectionStatuses } from "@/lib/connections/status";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("ui.shell.places"))("bots") };
}

export default async function BotsPage() {
  const visit = await requireVisit("/bots");
  const { runtime, viewer, locale } = visit;
  const [bots, statuses] = await Promise.all([
    listEveryBot(runtime.db, viewer),
    listConnectionStatuses(runtime.db, viewer, locale, "all"),
  ]);
  if (bots.length === 0) return <NoBots />;
  return (
    <Texts of={["bots", "clouds"]}>
      <BotList
        bots={bots}
        statuses={statuses}
        noConnectionsOn={runtime.platform.holdsConnections ? undefined : (runtime.platform.name ?? "")}
        viewerId={viewer.userId}
      />
    </Texts>
  );
}

async function NoBots() {
  const t = await getTranslations("ui.bots");
  return (
    <Texts of={["bots"]}>
      <PageHead title={t("verdict.none")} />
      <Empty
        title={t("emptyTitle")}
        action={
          <>
            <LinkButton look="primary" href="/bots/new">
              {t("add")}
            </LinkButton>
            <SandboxButton />
          </>
        }
      >
        {t("emptyText")}
      </Empty>
    </Texts>
  );
}
