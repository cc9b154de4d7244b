import { getTranslations } from "next-intl/server";
import { LinkButton } from "@/app/_components/parts/button";

export default async function NotFound() {
  const t = await getTranslations("ui.notFound");
  return (
    <main className="mx-auto grid min-h-dvh max-w-[34rem] content-center justify-items-start gap-3 px-4">
      <h1>{t("title")}</h1>
      <p className="text-pretty text-ink-2">{t("text")}</p>
      <LinkButton href="/bots">{t("home")}</LinkButton>
    </main>
  );
}
