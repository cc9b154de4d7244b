import type { Metadata } from "next";
import { cookies } from "next/headers";
import { getTranslations } from "next-intl/server";
import { BotsView } from "@/app/_components/bots/bots-view";
import { SandboxButton } from "@/app/_components/bots/sandbox-button";
import { LinkButton } from "@/app/_components/parts/button";
import { Empty } from "@/app/_components/parts/empty";
import { PageHead } from "@/app/_components/parts/page-head";
import { Texts } from "@/app/_i18n/texts";
import { TIME_ZONE_COOKIE, timeZoneOf } from "@/app/_i18n/time-zone";
import { whatComes } from "@/app/_session/coming";
import { requireVisit } from "@/app/_session/visit";
import { readEveryBot } from "@/lib/overview/every-bot";
import { readOverview } from "@/lib/overview/overview";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("ui.shell.places"))("bots") };
}

export default async function BotsPage() {
  const visit = await requireVisit("/bots");
  const { runtime, viewer, locale } = visit;
  const timeZone = timeZoneOf((await cookies()).get(TIME_ZONE_COOKIE)?.value);
  return (
    <Texts of={["bots", "causes", "clouds"]}>
      <BotsView
        coming={await whatComes(visit, () => readEveryBot(runtime.db, viewer, locale))}
        overview={await whatComes(visit, () => readOverview(runtime.db, viewer, locale, timeZone))}
        title={(await getTranslations("ui.shell.places"))("bots")}
        none={<NoBots isAdmin={viewer.isAdmin} />}
        noConnectionsOn={runtime.platform.holdsConnections ? undefined : (runtime.platform.name ?? "")}
        viewerId={viewer.userId}
      />
    </Texts>
  );
}

async function NoBots({ isAdmin }: { isAdmin: boolean }) {
  const t = await getTranslations("ui.bots");
  return (
    <>
      <PageHead title={t(isAdmin ? "verdict.none" : "verdict.noneOwn")} />
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
    </>
  );
}
