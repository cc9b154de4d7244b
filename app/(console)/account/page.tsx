import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { PageHead } from "@/app/_components/parts/page-head";
import { AccountForms } from "@/app/_components/people/account-forms";
import { Texts } from "@/app/_i18n/texts";
import { requireVisit } from "@/app/_session/visit";
import { currentSessionId } from "@/lib/auth/callers";
import { listSessions } from "@/lib/auth/sessions";
import { requireUser } from "@/lib/auth/users";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("ui.account"))("title") };
}

export default async function AccountPage() {
  const { runtime, viewer } = await requireVisit("/account");
  const { name, email } = await requireUser(runtime.db, viewer.userId);
  const sessions = await listSessions(runtime.db, viewer, await currentSessionId(runtime));
  const t = await getTranslations("ui.account");
  return (
    <Texts of={["account", "shell"]}>
      <PageHead title={t("title")} sub={t("sub", { email })} />
      <AccountForms name={name} sessions={sessions} />
    </Texts>
  );
}
