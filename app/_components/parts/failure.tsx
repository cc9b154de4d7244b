"use client";
import { useTranslations } from "next-intl";
import { Notice } from "@/app/_components/parts/notice";
import type { RequestFailure } from "@/app/_components/requests/call";

/** What a request came back with, in the words of the API; nothing while there is no failure. */
export function Failure({ of }: { of: RequestFailure | null }) {
  const t = useTranslations("ui.common");
  if (!of) return null;
  return (
    <Notice tone="bad" alert>
      {of.detail ?? t("unreachable")}
    </Notice>
  );
}
