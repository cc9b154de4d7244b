import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { SetUpForm } from "@/app/_components/auth/set-up-form";
import { LinkButton } from "@/app/_components/parts/button";
import { setUpState } from "@/lib/auth/installation";
import { getRuntime } from "@/lib/runtime";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("ui.setUp"))("title"), referrer: "no-referrer" };
}

type SetUpPageProps = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function SetUpPage({ searchParams }: SetUpPageProps) {
  const t = await getTranslations("ui.setUp");
  const { token } = await searchParams;
  const given = typeof token === "string" ? token : undefined;
  const state = await setUpState(await getRuntime(), given);
  if (state === "open" && given) {
    return (
      <>
        <h1>{t("title")}</h1>
        <p className="mt-1 text-pretty text-ink-2">{t("text")}</p>
        <SetUpForm token={given} />
      </>
    );
  }
  return (
    <>
      <h1>{t(state === "done" ? "done" : "badLink")}</h1>
      <p className="mt-2 mb-4 text-pretty text-ink-2">{t(state === "done" ? "doneText" : "badLinkText")}</p>
      {state === "done" && (
        <LinkButton look="primary" href="/sign-in">
          {t("signIn")}
        </LinkButton>
      )}
    </>
  );
}
