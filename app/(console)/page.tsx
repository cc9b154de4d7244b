import type { Metadata } from "next";
import { cookies } from "next/headers";
import { getTranslations } from "next-intl/server";
import { SandboxButton } from "@/app/_components/bots/sandbox-button";
import { OverviewView } from "@/app/_components/overview/overview-view";
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
  return { title: (await getTranslations("ui.shell.places"))("overview") };
}

export default async function OverviewPage() {
  const visit = await requireVisit("/");
  const { runtime, viewer, locale } = visit;
  const timeZone = timeZoneOf((await cookies()).get(TIME_ZONE_COOKIE)?.value);
  return (
    <Texts of={["overview", "causes", "bots", "clouds"]}>
      <OverviewView
        bots={await whatComes(visit, () => readEveryBot(runtime.db, viewer, locale))}
        overview={await whatComes(visit, () => readOverview(runtime.db, viewer, locale, timeZone))}
        title={(await getTranslations("ui.shell.places"))("overview")}
        none={<NoBots isAdmin={viewer.isAdmin} />}
        noConnectionsOn={runtime.platform.holdsConnections ? undefined : (runtime.platform.name ?? "")}
      />
    </Texts>
  );
}

async function NoBots({ isAdmin }: { isAdmin: boolean }) {
  const t = await getTranslations("ui.overview");
  const add = (await getTranslations("ui.bots"))("add");
  return (
    <>
      <PageHead title={t(isAdmin ? "verdict.none" : "verdict.noneOwn")} />
      <Empty
        title={t("emptyTitle")}
        action={
          <>
            <LinkButton look="primary" href="/bots/new">
              {add}
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
