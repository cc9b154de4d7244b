import type { Metadata } from "next";
import Link from "next/link";
import { getLocale, getTranslations } from "next-intl/server";
import { curlOf } from "@/app/_components/docs/example";
import { Operation } from "@/app/_components/docs/operation";
import { operationsByTag, schemasOf } from "@/app/_components/docs/reading";
import { Reference } from "@/app/_components/docs/reference";
import { SchemaTable } from "@/app/_components/docs/schema-table";
import { PageHead } from "@/app/_components/parts/page-head";
import { Texts } from "@/app/_i18n/texts";
import { currentVisit, originOfVisit } from "@/app/_session/visit";
import { allEndpoints } from "@/app/api/_endpoints/all";
import { createOpenApi } from "@/app/api/_http/openapi";
import { listBots } from "@/lib/bots/queries";
import { listModels } from "@/lib/models/queries";
import { getRuntime } from "@/lib/runtime";
import { VERSION } from "@/lib/version";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("ui.docs"))("title") };
}

/** The API reference, from the document that the API itself serves. Open to everybody, as the document is. */
export default async function ApiDocsPage() {
  const t = await getTranslations("ui.docs");
  const visit = await currentVisit();
  const baseUrl = (await getRuntime()).env.publicUrl ?? (await originOfVisit());
  const document = createOpenApi(allEndpoints, { version: VERSION, baseUrl, locale: await getLocale() });
  const groups = operationsByTag(document);
  const all = schemasOf(document);
  const schemas = Object.fromEntries(all.map(({ name, schema }) => [name, schema]));
  const ids = visit ? await idsFor(visit) : {};
  return (
    <Texts of={["docs"]}>
      <div className={visit ? undefined : "mx-auto max-w-[1080px] px-4 py-6"}>
        <PageHead
          title={t("title")}
          sub={
            <>
              {document.info.description}{" "}
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
              })}
            </>
          }
        />
        <Reference
          menu={
            <nav
              aria-label={t("contents")}
              className="mb-6 flex flex-wrap gap-x-5 gap-y-1 text-table wide:sticky wide:top-18 wide:max-h-[calc(100dvh-6rem)] wide:flex-col wide:flex-nowrap wide:self-start wide:overflow-y-auto"
            >
              {groups.map(({ tag, title }) => (
                <a key={tag} href={`#${tag}`} className="text-accent-ink hover:underline">
                  {title}
                </a>
              ))}
              <a href="#schemas" className="text-accent-ink hover:underline">
                {t("schemas")}
              </a>
            </nav>
          }
        >
          {groups.map(({ tag, title, operations }) => (
            <section key={tag} id={tag} data-group="" aria-label={title} className="mb-10">
              <h2 className="mb-2">{title}</h2>
              {operations.map((operation) => (
                <Operation
                  key={operation.operationId}
                  operation={operation}
                  curl={curlOf(operation, baseUrl, schemas, ids)}
                />
              ))}
            </section>
          ))}
          <section id="schemas" aria-label={t("schemas")}>
            <h2 className="mb-3">{t("schemas")}</h2>
            {all.map(({ name, schema }) => (
              <div key={name} id={`schema-${name}`} className="mb-6">
                <h3 className="mb-1 font-mono text-table font-semibold">{name}</h3>
                <SchemaTable schema={schema} />
              </div>
            ))}
          </section>
        </Reference>
      </div>
    </Texts>
  );
}

/** Real ids for the examples: the reader's own, and those of a bot and a model that they may see. */
async function idsFor({ runtime, viewer }: NonNullable<Awaited<ReturnType<typeof currentVisit>>>) {
  const [bots, models] = await Promise.all([
    listBots(runtime.db, viewer, { limit: 1 }),
    listModels(runtime.db, viewer, { limit: 1 }),
  ]);
  const [bot] = bots.items;
  const [model] = models.items;
  return { users: viewer.userId, ...(bot && { bots: bot.id }), ...(model && { models: model.id }) };
}
