import type { Metadata } from "next";
import { getLocale, getTranslations } from "next-intl/server";
import { AlertList } from "@/app/_components/alerts/alert-list";
import { Texts } from "@/app/_i18n/texts";
import { requireVisit } from "@/app/_session/visit";
import { listRules, showRules } from "@/lib/alerts/queries";
import { listEveryBot } from "@/lib/bots/queries";
import { DEFAULT_LIMIT } from "@/lib/db/page";
import { getMailServer } from "@/lib/settings/mail";
import type { Locale } from "@/lib/text/translate";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("ui.shell.places"))("alerts") };
}

export default async function AlertsPage() {
  const visit = await requireVisit("/alerts");
  const { runtime, viewer } = visit;
  const locale = (await getLocale()) as Locale;
  const [page, bots, mail] = await Promise.all([
    listRules(runtime.db, viewer, { limit: DEFAULT_LIMIT }),
    listEveryBot(runtime.db, viewer),
    // A password that cannot be opened any more is told of when mail is sent.
    getMailServer(runtime).catch(() => undefined),
  ]);
  const first = { rows: await showRules(runtime, page.items, locale), nextCursor: page.nextCursor };
  return (
    <Texts of={["alerts"]}>
      <AlertList
        first={first}
        bots={bots.map(({ id, name }) => ({ id, name }))}
        hasMail={mail !== undefined}
        unwatchedOn={runtime.platform.holdsConnections ? undefined : (runtime.platform.name ?? "")}
        locale={locale}
      />
    </Texts>
  );
}
