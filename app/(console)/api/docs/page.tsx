import type { Metadata } from "next";
import Link from "next/link";
import { getLocale, getTranslations } from "next-intl/server";
import { Operation } from "@/app/_components/docs/operation";
import { operationsByTag, schemasOf } from "@/app/_components/docs/reading";
import { SchemaTable } from "@/app/_components/docs/schema-table";
import { PageHead } from "@/app/_components/parts/page-head";
import { Texts } from "@/app/_i18n/texts";
import { currentVisit, originOfVisit } from "@/app/_session/visit";
import { allEndpoints } from "@/app/api/_endpoints/all";
import { createOpenApi } from "@/app/api/_http/openapi";
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
  return (
    <Texts of={[]}>
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
        <nav aria-label={t("contents")} className="mb-8 flex flex-wrap gap-x-5 gap-y-1 border-y py-3 text-table">
          {groups.map(({ tag, title }) => (
            <a key={tag} href={`#${tag}`} className="text-accent-ink hover:underline">
              {title}
            </a>
          ))}
          <a href="#schemas" className="text-accent-ink hover:underline">
            {t("schemas")}
          </a>
        </nav>
        {groups.map(({ tag, title, operations }) => (
          <section key={tag} id={tag} aria-label={title} className="mb-10">
            <h2 className="mb-2">{title}</h2>
            {operations.map((operation) => (
              <Operation key={operation.operationId} operation={operation} baseUrl={baseUrl} />
            ))}
          </section>
        ))}
        <section id="schemas" aria-label={t("schemas")}>
          <h2 className="mb-3">{t("schemas")}</h2>
          {schemasOf(document).map(({ name, schema }) => (
            <div key={name} id={`schema-${name}`} className="mb-6">
              <h3 className="mb-1 font-mono text-table font-semibold">{name}</h3>
              <SchemaTable schema={schema} />
            </div>
          ))}
        </section>
      </div>
    </Texts>
  );
}
