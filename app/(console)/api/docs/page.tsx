import type { Metadata } from "next";
import Link from "next/link";
import { getLocale, getTranslations } from "next-intl/server";
import { Reference } from "@/app/_components/docs/reference";
import { referenceFor } from "@/app/_components/docs/written";
import { PageHead } from "@/app/_components/parts/page-head";
import { Texts } from "@/app/_i18n/texts";
import { currentVisit, originOfVisit, type Visit } from "@/app/_session/visit";
import { listBots } from "@/lib/bots/queries";
import { listModels } from "@/lib/models/queries";
import { getRuntime } from "@/lib/runtime";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("ui.docs"))("title") };
}

/** The API reference, from the document that the API itself serves. Open to everybody, as the document is. */
export default async function ApiDocsPage() {
  const t = await getTranslations("ui.docs");
  const visit = await currentVisit();
  const baseUrl = (await getRuntime()).env.publicUrl ?? (await originOfVisit());
  const ownIds = visit ? await ownIdsOf(visit) : {};
  const { description, sections, html } = referenceFor(await getLocale(), { baseUrl, ...ownIds });
  return (
    <Texts of={["docs"]}>
      <div className={visit ? undefined : "mx-auto max-w-[1160px] px-4 py-6"}>
        <PageHead
          title={t("title")}
          sub={
            <>
              {description}{" "}
              {t.rich("sub", {
                link: (words) => (
                  <a href="/api/openapi.json" className="text-accent-ink underline underline-offset-2">
                    {words}
                  </a>
                ),
                tokens: (words) => (
                  <Link href="/tokens" className="text-accent-ink underline underline-offset-2">
                    {words}
                  </Link>
                ),
              })}{" "}
              {t.rich("token", {
                code: (words) => <code className="rounded-small bg-sunk px-1 font-mono text-table">{words}</code>,
              })}
            </>
          }
        />
        <Reference sections={sections} html={html} isInConsole={visit !== null} />
      </div>
    </Texts>
  );
}

/** For the examples: the reader's own ID, and those of a bot and a model that they may see. */
async function ownIdsOf({ runtime, viewer }: Visit): Promise<Record<string, string>> {
  const [bots, models] = await Promise.all([
    listBots(runtime.db, viewer, { limit: 1 }),
    listModels(runtime.db, viewer, { limit: 1 }),
  ]);
  const [bot] = bots.items;
  const [model] = models.items;
  return { users: viewer.userId, ...(bot && { bots: bot.id }), ...(model && { models: model.id }) };
}
