import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { SignInForm } from "@/app/_components/auth/sign-in-form";
import { ownPath } from "@/app/_session/own-path";
import { currentViewer } from "@/lib/auth/callers";
import { setUpState } from "@/lib/auth/installation";
import { getRuntime } from "@/lib/runtime";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("ui.signIn"))("title") };
}

type SignInPageProps = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function SignInPage({ searchParams }: SignInPageProps) {
  const runtime = await getRuntime();
  const next = ownPath((await searchParams).next);
  if (await currentViewer(runtime)) redirect(next);
  const t = await getTranslations("ui.signIn");
  const isSetUp = (await setUpState(runtime, undefined)) === "done";
  return (
    <>
      <h1>{t(isSetUp ? "title" : "notSetUp")}</h1>
      {isSetUp ? <SignInForm next={next} /> : <p className="mt-2 text-pretty text-ink-2">{t("notSetUpText")}</p>}
    </>
  );
}
