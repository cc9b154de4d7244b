import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { PeopleList } from "@/app/_components/people/people-list";
import { Texts } from "@/app/_i18n/texts";
import { requireVisit } from "@/app/_session/visit";
import { listUsers, showUser } from "@/lib/auth/users";
import { DEFAULT_LIMIT } from "@/lib/db/page";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("ui.shell.places"))("people") };
}

export default async function PeoplePage() {
  const { runtime, viewer } = await requireVisit("/people");
  if (!viewer.isAdmin) notFound();
  const page = await listUsers(runtime.db, { limit: DEFAULT_LIMIT });
  return (
    <Texts of={["people"]}>
      <PeopleList first={{ rows: page.items.map(showUser), nextCursor: page.nextCursor }} viewerId={viewer.userId} />
    </Texts>
  );
}
