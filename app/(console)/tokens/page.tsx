import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { TokenList } from "@/app/_components/tokens/token-list";
import { Texts } from "@/app/_i18n/texts";
import { requireVisit } from "@/app/_session/visit";
import { listTokens, showToken } from "@/lib/auth/tokens";
import { DEFAULT_LIMIT } from "@/lib/db/page";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("ui.shell.places"))("tokens") };
}

export default async function TokensPage() {
  const { runtime, viewer } = await requireVisit("/tokens");
  const page = await listTokens(runtime.db, viewer, { limit: DEFAULT_LIMIT });
  return (
    <Texts of={["tokens"]}>
      <TokenList first={{ rows: page.items.map(showToken), nextCursor: page.nextCursor }} isAdmin={viewer.isAdmin} />
    </Texts>
  );
}
