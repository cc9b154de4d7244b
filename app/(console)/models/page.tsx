import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { ModelList } from "@/app/_components/models/model-list";
import { Texts } from "@/app/_i18n/texts";
import { requireVisit } from "@/app/_session/visit";
import { DEFAULT_LIMIT } from "@/lib/db/page";
import { countModels, listModels, showModels } from "@/lib/models/queries";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("ui.shell.places"))("models") };
}

export default async function ModelsPage() {
  const { runtime, viewer, locale } = await requireVisit("/models");
  const [page, counts] = await Promise.all([
    listModels(runtime.db, viewer, { limit: DEFAULT_LIMIT }),
    countModels(runtime.db, viewer),
  ]);
  const first = { rows: await showModels(runtime.db, viewer, page.items, locale), nextCursor: page.nextCursor };
  return (
    <Texts of={["models"]}>
      <ModelList first={first} counts={counts} viewer={{ id: viewer.userId, isAdmin: viewer.isAdmin }} />
    </Texts>
  );
}
