import { getTranslations } from "next-intl/server";
import { LinkButton } from "@/app/_components/parts/button";
import { PageHead } from "@/app/_components/parts/page-head";

/** In the console's frame, for whoever is signed in. */
export default async function NotFound() {
  const t = await getTranslations("ui.notFound");
  return <PageHead title={t("title")} sub={t("text")} action={<LinkButton href="/bots">{t("home")}</LinkButton>} />;
}
